// SPDX-License-Identifier: MIT
import { accountEn, botsEn, webhooksEn } from './account_words';
import { callEn } from './call_words';
import { moderationEn } from './moderation_words';
import { monitorEn } from './monitor_words';
import { partyEn } from './party_words';
import { linkEn, remoteEn } from './screen_words';

const seconds = (value: number) => (value === 1 ? '1 second' : `${value} seconds`);
const span = (minutes: number) => (minutes < 120 ? `${minutes} minutes` : minutes < 2_880 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1_440)} days`);

// English, of which the other languages are translations.
export const en = {
  product: 'Grandstand',
  title: (channel: string | null) => (channel ? `${channel} · Grandstand` : 'Grandstand'),
  skipToChat: 'Skip to chat',
  home: 'Grandstand, start page',

  channels: {
    heading: 'Channels',
    search: 'Find a channel',
    others: 'Elsewhere in the stands',
    noMatch: (text: string) => `No channel matches “${text}”.`,
    other: 'Other',
    viewers: (count: number) => (count === 1 ? '1 viewer' : `${count} viewers`),
    told: (state: string, viewers: string) => `${state}, ${viewers}`,
    state: { live: 'Live', starting: 'Starting', slate: 'Interrupted', down: 'Off air' },
    previous: 'Previous channel',
    next: 'Next channel',
    open: 'Show channels',
    loading: 'Loading channels',
    unreachable: 'Cannot load the channels',
    unreachableHint: 'The server does not answer. Trying again by itself.',
    none: 'The stands are empty',
    noneHint: 'No channel is set up yet. Add one to channels.yaml and it appears here by itself.',
    unknown: (id: string) => `There is no channel “${id}”`,
    unknownHint: 'It may have been renamed or taken off the lineup. Pick another one from the list.',
    noNumber: (digits: string) => `No channel ${digits}`,
  },

  places: { label: 'Places', watch: 'Watch', guide: 'Guide' },

  guide: {
    heading: 'Guide',
    today: 'Today',
    tomorrow: 'Tomorrow',
    yesterday: 'Yesterday',
    minutes: (value: number) => `${value} min`,
    hours: (hours: number, minutes: number) => (minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`),
    now: 'Now',
    next: 'Next',
    onAir: 'On now and next',
    toNow: 'Now',
    tonight: 'Tonight',
    days: 'Days',
    grid: 'Programmes by channel and time',
    programmes: (channel: string) => `Programmes of ${channel}`,
    noProgramme: 'No programme information',
    loading: 'Loading programmes',
    unreachable: 'The guide cannot be loaded',
    retry: 'Try again',
    empty: 'No guide yet',
    emptyHint: 'No programme is known of any channel. It appears here by itself as soon as one is.',
    noneOfDay: 'Nothing is known of this day',
    noneOfDayHint: 'Pick another day, or another channel.',
    live: 'On now',
    rating: 'Rating',
    startOver: 'Start over',
    catchUp: 'Can be watched',
    watching: (channel: string) => `Back to ${channel}`,
    keys: '▲ ▼ ◀ ▶ move    OK details    Back to the picture',
    left: (value: string) => `${value} left`,
  },

  programme: {
    heading: 'Programme',
    watchLive: 'Watch live',
    watch: 'Watch',
    begins: (when: string) => `Begins ${when}`,
    gone: 'It is over and not kept to be watched later.',
    partly: 'The beginning was not kept.',
    noDescription: 'No description.',
    later: (channel: string) => `Later on ${channel}`,
    unknown: 'There is no such programme',
    unknownHint: 'The schedule may have changed. Look in the guide.',
    role: (role: string) => {
      const names: Record<string, string> = { director: 'Directed by', actor: 'With', presenter: 'Presented by', writer: 'Written by', producer: 'Produced by', guest: 'Guests', commentator: 'Commentary', composer: 'Music' };
      return names[role] ?? role.charAt(0).toUpperCase() + role.slice(1);
    },
  },

  player: {
    region: 'Picture',
    controls: 'Player controls',
    play: 'Play',
    pause: 'Pause',
    mute: 'Mute',
    unmute: 'Sound on',
    volume: 'Volume',
    tapForSound: 'Tap for sound',
    pressForSound: 'Press OK for sound',
    live: 'Live',
    atLive: 'At the live edge',
    backToLive: 'Back to live',
    position: 'Position',
    startOver: 'From the beginning',
    nextProgramme: 'Next programme',
    back: (seconds: number) => `${seconds} seconds back`,
    forth: (seconds: number) => `${seconds} seconds forth`,
    tapePosition: (position: string, total: string) => `${position} of ${total}`,
    behind: (time: string) => `−${time}`,
    behindLive: (time: string) => `${time} behind live`,
    earlier: 'Earlier',
    tracks: 'Subtitles and languages',
    texts: 'Subtitles',
    sounds: 'Sound',
    noText: 'Off',
    textIs: (name: string | null) => `Subtitles: ${name ?? 'off'}`,
    soundIs: (name: string) => `Sound: ${name}`,
    fullscreen: 'Full screen',
    leaveFullscreen: 'Leave full screen',
    latency: (value: string) => `${value} s`,
    latencyHint: 'How far your picture is behind the present moment',
    showChat: 'Show chat',
    hideChat: 'Hide chat',
    loading: 'Tuning in',
    starting: 'Getting ready',
    startingHint: 'The feed is connecting. The picture appears by itself.',
    down: 'Off air at the moment',
    downHint: 'The feed is gone. We keep watching for it and carry on as soon as it is back.',
    recovering: 'Catching the picture again',
    recoveringHint: 'The connection to the picture broke. Trying again by itself.',
    tuning: 'Still tuning in',
    tuningHint: 'The picture does not come yet. Trying again by itself.',
    unsupported: 'This browser cannot play the picture',
    unsupportedHint: 'It has neither Media Source Extensions nor HLS. The chat works all the same.',
    blocked: 'Press play to start',
    shortcuts: 'Keyboard shortcuts',
  },

  chat: {
    hideOverPicture: 'Hide chat over the picture',
    showOverPicture: 'Show chat over the picture',
    emotes: 'This channel',
    since: (day: string) => `Account since ${day}`,
    guestCard: 'A guest, without an account',
    heading: 'Chat',
    log: 'Chat messages',
    placeholder: 'Say something',
    placeholderAs: (name: string) => `Say something as ${name}`,
    placeholderPast: 'To all who watch live',
    placeholderAway: 'Sent as soon as we are back',
    send: 'Send',
    empty: 'Nobody has said a word yet',
    emptyHint: 'Be the first voice in the stands.',
    loading: 'Loading messages',
    loadingOlder: 'Loading older messages',
    olderFailed: 'Older messages could not be loaded.',
    tryAgain: 'Try again',
    discard: 'Discard',
    beginning: 'This is where the chat begins',
    newMessages: (count: number) => (count === 1 ? '1 new message' : `${count} new messages`),
    sending: 'Sending',
    accepted: 'Sent',
    inTime: 'In time with my picture',
    inTimeShort: 'In time',
    asItWas: (time: string) => (time === '' ? 'The chat as it was' : `The chat as it was at ${time}`),
    inTimeHint: 'Messages wait until your picture has reached the moment they are about.',
    waiting: (count: number) => (count === 1 ? '1 waiting' : `${count} waiting`),
    tooFast: (left: number) => `You are sending too fast. You can send again in ${left < 100 ? seconds(left) : `${Math.ceil(left / 60)} min`}.`,
    left: (count: number) => (count >= 0 ? `${count} characters left` : `${-count} characters too many`),
    members: (count: number) => (count === 1 ? '1 here' : `${count} here`),
    roles: { guest: 'Guest', viewer: 'Registered', member: 'Member', moderator: 'Moderator', creator: 'Creator', admin: 'Admin' },
    inReplyTo: 'In reply to',
    deletedMessage: 'Message deleted',
    edited: '(edited)',
    actions: {
      label: (name: string) => `What to do with the message of ${name}`,
      reply: 'Reply',
      edit: 'Edit',
      pin: 'Pin for everybody',
      unpin: 'Unpin',
      remove: 'Delete',
      report: 'Report to the moderators',
      person: 'Who is this?',
    },
    replyingTo: (name: string) => `Reply to ${name}`,
    editingMessage: 'Edit your message',
    cancel: 'Cancel',
    save: 'Save',
    searchTitle: 'Search what was said',
    searchText: 'Words',
    searchUser: 'Person',
    search: 'Search',
    searchMore: 'Earlier ones',
    nothingFound: 'Nothing was found.',
    showVersions: 'What it said before',
    allMessages: 'All messages',
    pins: 'Pinned messages',
    allPins: (count: number) => `All ${count} pinned messages`,
    saidHere: (count: number) => (count === 1 ? '1 message here' : `${count} messages here`),
    mention: 'Mention',
    hideMessages: 'Hide messages',
    showMessages: 'Show messages',
    removeTitle: 'Delete this message?',
    remove: 'Delete',
    keep: 'Keep it',
    people: 'People to mention',
    typing: (names: readonly string[]) =>
      names.length === 1 ? `${names[0]} is writing` : names.length === 2 ? `${names[0]} and ${names[1]} are writing` : `${names.length} people are writing`,
    emoji: 'Emoji',
    findEmoji: 'Find an emoji',
    noEmoji: 'No such emoji',
    emojiGroups: { faces: 'Faces', gestures: 'Gestures', hearts: 'Hearts and signs', animals: 'Animals', food: 'Food and drink', sport: 'Sport and play', things: 'Things' },
    quick: 'Quick messages',
    quickPhrases: ['Goal!', 'Hello everyone', 'What a moment!', 'No way!', 'Well played', 'Good night'],
  },

  party: partyEn,
  link: linkEn,
  call: callEn,
  remote: remoteEn,

  polls: {
    poll: 'Poll',
    ask: 'Ask the room',
    formHeading: 'Ask the room',
    question: 'Question',
    options: 'Answers',
    option: (number: number) => `Answer ${number}`,
    duration: 'Open for',
    lasts: (seconds: number) => (seconds < 60 ? `${seconds} s` : `${seconds / 60} min`),
    changeAllowed: 'Votes may be changed until it closes',
    hideCounts: 'Hide the counts until it closes',
    open: 'Open the poll',
    close: 'Close the poll now',
    dismiss: 'Put the poll away',
    fold: 'Fold the poll',
    unfold: 'Unfold the poll',
    optionTold: (name: string, share: number, count: number) => `${name} ${share} %, ${count === 1 ? '1 vote' : `${count} votes`}`,
    own: (told: string) => `${told}. Your vote`,
    votes: (count: number) => (count === 1 ? '1 vote' : `${count} votes`),
    left: (time: string) => `${time} left`,
    counting: 'Closed, counting',
    final: 'Final result',
    askedThen: 'This was asked back then; voting is over.',
    signIn: 'Only accounts can vote.',
    counted: 'Your vote is in.',
    mayChange: 'Your vote is in. You can change it until the poll closes.',
    hidden: 'Counts are shown when the poll has closed.',
    newAccounts: (count: number) => (count === 1 ? '1 vote is of an account younger than a day.' : `${count} votes are of accounts younger than a day.`),
    receipt: 'Your receipt',
    receiptOpen: (number: number) => `Your vote is ballot ${number}. When the poll has closed, the receipt proves that it was counted.`,
    receiptFinal: (number: number) => `Your vote is ballot ${number} of the result. Anybody can check it: grandstand verify FILE. Who sees the receipt knows how you voted.`,
    copy: 'Copy the receipt',
    copied: 'Copied',
    download: 'Download all ballots',
    root: (root: string) => `Root: ${root}`,
    caveat: 'A poll for fun: whoever runs this server can see who voted how. It is not an election.',
    pressToVote: 'Press OK to vote',
  },

  reactions: {
    bar: 'Reactions',
    names: { heart: 'Heart', laugh: 'Laugh', wow: 'Wow', sad: 'Sad', clap: 'Clap', fire: 'Fire' },
    send: (name: string) => `React: ${name}`,
    pause: 'Hide flying reactions',
    resume: 'Show flying reactions',
    tooFast: 'That was a lot of reactions. One moment.',
  },

  modes: {
    classifier: '',
    classifier_holds: '',
    label: 'How this room talks',
    slow: (value: number) => `Slow: every ${seconds(value)}`,
    followers: (value: number) => (value === 0 ? 'Followers only' : `Followers of ${value} min`),
    account_age: (value: number) => `Accounts older than ${span(value)}`,
    members: 'Members only',
    emotes: 'Emotes only',
    unique: 'Nothing twice',
    announcement: 'Announcements only',
    delay: (value: number) => `${value} s delay`,
    links: (value: number): string => (value === 1 ? 'Links are checked' : 'No links'),
    shield: 'Shield is up',
  },

  presence: {
    title: 'Who is here',
    notable: 'members and moderators',
  },

  moderation: moderationEn,

  account: accountEn,
  bots: botsEn,
  webhooks: webhooksEn,

  connection: {
    online: 'Connected',
    connecting: 'Connecting…',
    reconnecting: 'Reconnecting…',
    reconnectingIn: (left: number) => `Reconnecting in ${left} s`,
    resumed: 'Back, nothing missed',
    reloaded: 'Back. The chat was loaded anew.',
    retry: 'Try now',
    stopped: {
      client_fault: 'Chat stopped: this page and the server do not understand each other. Reload the page.',
      sign_in: 'You were signed out.',
      refused: 'You cannot join this chat.',
      closed: 'Disconnected',
    },
    continueAsGuest: 'Continue as guest',
    reload: 'Reload',
  },

  errors: {
    unreachable: 'The server does not answer. Check the connection and try again.',
    malformed: 'The server gave an answer that this page does not understand. Reloading it may help.',
  },

  // The server's own message is precise and in English; the codes are what another language would go by.
  refusal: (code: string, message: string): string => {
    if (message !== '') return message.charAt(0).toUpperCase() + message.slice(1);
    switch (code) {
      case 'unauthenticated':
        return 'Sign in or choose a name first.';
      case 'forbidden':
        return 'You may not do that here.';
      case 'not_found':
        return 'That is not there any more.';
      case 'conflict':
        return 'That is taken already.';
      case 'too_large':
        return 'That is too long.';
      case 'rate_limited':
        return 'That was too fast. Wait a moment.';
      case 'unavailable':
        return 'Not connected at the moment.';
      case 'timeout':
        return 'No answer came in time.';
      case 'cancelled':
        return 'Not sent: you left the channel.';
      default:
        return 'Something went wrong. Try again.';
    }
  },

  tv: {
    hint: '▲ ▼ channel    ◀ channels    ▶ chat    OK menu',
    menu: 'Menu',
    back: '30 s back',
    forth: '30 s forth',
    channels: 'Channels',
    chat: 'Chat',
    guide: 'Guide',
  },

  monitor: monitorEn,

  shortcuts: {
    title: 'Keyboard shortcuts',
    rows: [
      ['Space or K', 'Play, pause'],
      ['M', 'Sound on, off'],
      ['↑ ↓', 'Louder, quieter'],
      ['F', 'Full screen'],
      ['S', 'Subtitles on, off'],
      ['← →', '10 seconds back, forth'],
      ['L', 'Back to live'],
      ['C', 'Write in the chat'],
      ['G', 'Guide'],
      ['Page ↑ ↓', 'Previous, next channel'],
      ['0–9', 'Tune by channel number'],
      ['?', 'This list'],
    ] as readonly (readonly [string, string])[],
  },
};
