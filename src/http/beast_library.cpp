// SPDX-License-Identifier: MIT
// Beast's compiled half, once (BOOST_BEAST_SEPARATE_COMPILATION); Asio's is in aio.
#include <boost/beast/src.hpp>
