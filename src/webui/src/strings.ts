// SPDX-License-Identifier: MIT

// Every word that the application shows or speaks, so that another language is another file like this one.

const seconds = (value: number) => (value === 1 ? '1 second' : `${value} seconds`);

export const strings = {
  product: 'Grandstand',
  tagline: 'Live television, with the crowd around it.',
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
    label: (number: number, name: string, state: string, viewers: string) => `${number}, ${name}, ${state}, ${viewers}`,
    state: { live: 'Live', starting: 'Starting', slate: 'Interrupted', down: 'Off air' },
    previous: 'Previous channel',
    next: 'Next channel',
    open: 'Show channels',
    close: 'Hide channels',
    loading: 'Loading channels',
    unreachable: 'Cannot load the channels',
    unreachableHint: 'The server does not answer. Trying again by itself.',
    none: 'The stands are empty',
    noneHint: 'No channel is set up yet. Add one to channels.yaml and it appears here by itself.',
    unknown: (id: string) => `There is no channel “${id}”`,
    unknownHint: 'It may have been renamed or taken off the lineup. Pick another one from the list.',
    tune: (digits: string) => `Channel ${digits}`,
    noNumber: (digits: string) => `No channel ${digits}`,
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
    heading: 'Chat',
    log: 'Chat messages',
    placeholder: 'Say something',
    placeholderAs: (name: string) => `Say something as ${name}`,
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
    toNewest: 'To the newest messages',
    sending: 'Sending',
    accepted: 'Sent',
    inTime: 'In time with my picture',
    inTimeShort: 'In time',
    inTimeHint: 'Messages wait until your picture has reached the moment they are about.',
    waiting: (count: number) => (count === 1 ? '1 waiting' : `${count} waiting`),
    tooFast: (left: number) => `You are sending too fast. You can send again in ${seconds(left)}.`,
    left: (count: number) => (count >= 0 ? `${count} characters left` : `${-count} characters too many`),
    members: (count: number) => (count === 1 ? '1 here' : `${count} here`),
    settings: 'Chat settings',
    roles: { guest: 'Guest', viewer: 'Member', moderator: 'Moderator', admin: 'Admin' },
    quick: 'Quick messages',
    quickPhrases: ['Goal!', 'Hello everyone', 'What a moment!', 'No way!', 'Well played', 'Good night'],
  },

  reactions: {
    bar: 'Reactions',
    names: { heart: 'Heart', laugh: 'Laugh', wow: 'Wow', sad: 'Sad', clap: 'Clap', fire: 'Fire' },
    send: (name: string) => `React: ${name}`,
    pause: 'Hide flying reactions',
    resume: 'Show flying reactions',
    tooFast: 'That was a lot of reactions. One moment.',
  },

  account: {
    as: 'as',
    guestName: 'Your name in the chat',
    guestHint: 'You are a guest under this name. Change it as you like.',
    renamed: (name: string) => `You are now ${name}.`,
    nameTooLong: 'A name has 1 to 32 characters.',
    signIn: 'Sign in',
    register: 'Register',
    signOut: 'Sign out',
    signInTitle: 'Welcome back',
    registerTitle: 'Take your seat',
    signInHint: 'Sign in to chat under your own name, on every device.',
    registerHint: 'An account keeps your name yours. No e-mail address needed.',
    toRegister: 'New here? Register',
    toSignIn: 'Have an account? Sign in',
    name: 'Name',
    password: 'Password',
    passwordHint: 'At least 8 characters.',
    showPassword: 'Show password',
    close: 'Close',
    working: 'One moment',
    signedInAs: (name: string) => `Signed in as ${name}`,
    menu: 'Your account',
  },

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
    if (message !== '') return message;
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
    channels: 'Channels',
    chat: 'Chat',
    hideChat: 'Hide chat',
    say: 'Say something',
  },

  shortcuts: {
    title: 'Keyboard shortcuts',
    rows: [
      ['Space or K', 'Play, pause'],
      ['M', 'Sound on, off'],
      ['↑ ↓', 'Louder, quieter'],
      ['F', 'Full screen'],
      ['L', 'Back to live'],
      ['C', 'Write in the chat'],
      ['Page ↑ ↓', 'Previous, next channel'],
      ['0–9', 'Tune by channel number'],
      ['?', 'This list'],
    ] as readonly (readonly [string, string])[],
  },

  names: {
    first: ['Sunny', 'Quiet', 'Swift', 'Lucky', 'Merry', 'Brave', 'Clever', 'Gentle', 'Jolly', 'Mighty', 'Nimble', 'Proud'],
    second: ['Falcon', 'Otter', 'Fox', 'Heron', 'Badger', 'Lynx', 'Robin', 'Hare', 'Panda', 'Tiger', 'Whale', 'Wren'],
  },
};
