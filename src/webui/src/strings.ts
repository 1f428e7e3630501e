// SPDX-License-Identifier: MIT

import { de } from './languages/de';
import { es } from './languages/es';
import { language } from './languages/language';

// Every word that the application shows or speaks, in English; other languages are in languages/, and what they lack stays English.

const seconds = (value: number) => (value === 1 ? '1 second' : `${value} seconds`);

export const english = {
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
    told: (state: string, viewers: string) => `${state}, ${viewers}`,
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
    toNewest: 'To the newest messages',
    sending: 'Sending',
    accepted: 'Sent',
    inTime: 'In time with my picture',
    inTimeShort: 'In time',
    asItWas: (time: string) => (time === '' ? 'The chat as it was' : `The chat as it was at ${time}`),
    inTimeHint: 'Messages wait until your picture has reached the moment they are about.',
    waiting: (count: number) => (count === 1 ? '1 waiting' : `${count} waiting`),
    tooFast: (left: number) => `You are sending too fast. You can send again in ${seconds(left)}.`,
    left: (count: number) => (count >= 0 ? `${count} characters left` : `${-count} characters too many`),
    members: (count: number) => (count === 1 ? '1 here' : `${count} here`),
    settings: 'Chat settings',
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
    language: 'Language',
    monitor: 'Monitor',
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
    back: '30 s back',
    forth: '30 s forth',
    channels: 'Channels',
    chat: 'Chat',
    hideChat: 'Hide chat',
    guide: 'Guide',
    say: 'Say something',
  },

  monitor: {
    title: 'Monitor',
    pageTitle: (critical: number, warnings: number) =>
      `${critical > 0 ? `(${critical}!) ` : warnings > 0 ? `(${warnings}) ` : ''}Monitor · Grandstand`,
    heading: 'Channels, trouble first',
    standing: { critical: 'Critical', warning: 'Warning', notice: 'Notice', well: 'Well' },
    all: 'All',
    filter: 'Find channel, source or alarm',
    filters: 'Show only',
    loading: 'Loading the monitor',
    none: 'No channel matches.',
    noChannels: 'The lineup has no channel yet.',
    stale: 'The server does not answer. What you see is old.',
    updated: (time: string) => `as of ${time}`,
    signIn: 'For operators',
    signInHint: 'Sign in as an administrator to watch the headend.',
    forbidden: (name: string) => `${name} is no administrator.`,
    forbiddenHint: 'The monitor is for administrators only. Sign in as another user, or have the role changed: grandstand user role.',
    otherUser: 'Sign in as another user',
    toWatch: 'To the channels',
    columns: { picture: 'Picture', channel: 'Channel', state: 'State', bitRate: 'Bit rate', source: 'Source', alarms: 'Alarms' },
    state: { live: 'On air', starting: 'Starting', slate: 'Slate', down: 'Off air' },
    sourceState: { standby: 'Standby', starting: 'Starting', running: 'Running', failing: 'Failing' },
    noPicture: 'No picture',
    radio: 'Radio',
    viewers: (count: number) => (count === 1 ? '1 in the room' : `${count} in the room`),
    sourceOf: (index: number, count: number) => (count === 1 ? 'Source' : `Source ${index} of ${count}`),
    source: (index: number) => `Source ${index}`,
    noSource: 'No source on air',
    slateOnAir: 'Slate on air',
    health: (value: number) => `Health ${value} of 100`,
    bitRateTrend: (rate: string) => `Bit rate ${rate}, last two minutes`,
    noAlarm: 'No alarm',
    more: (count: number) => `+ ${count} more`,
    line: (parts: readonly string[]) => parts.filter((part) => part !== '').join(', '),
    now: 'now',
    since: (seconds: number) => {
      if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
      if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
      if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
      return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
    },
    ago: (span: string) => `${span} ago`,
    never: 'never',
    milliseconds: (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`,
    percent: (share: number) => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`,
    perSecond: (value: number) => `${value.toFixed(value > 0 && value < 10 ? 1 : 0)}/s`,
    detail: {
      close: 'Close details',
      watch: 'Watch',
      loading: 'Loading details',
      alarms: 'Alarms now',
      allWell: 'Nothing is wrong with this channel.',
      whatToDo: 'What to do',
      sources: 'Sources',
      onAir: 'On air',
      chosen: 'Chosen by hand',
      putOnAir: 'Put on air',
      confirm: (index: number) => `Put source ${index} on air now?`,
      yes: 'Put on air',
      no: 'Cancel',
      automatic: 'Choose automatically again',
      asked: (index: number) => `Source ${index} comes on air at its next key frame.`,
      askedAutomatic: 'The first healthy source comes on air again.',
      streams: 'Streams',
      silent: (span: string) => `silent for ${span}`,
      checks: 'TR 101 290',
      checksHint: 'Measured on every packet, since the channel began.',
      noPackets: 'Pictures and sound arrive by other means than MPEG-TS packets: TR 101 290 says nothing here.',
      notReceived: 'Not received: in standby until it is needed.',
      check: 'Check',
      status: 'Status',
      errors: 'Errors',
      latest: 'Last seen',
      ok: 'OK',
      failing: 'Alarm',
      seen: 'Seen',
      priority: (value: number) => `Priority ${value}`,
      network: 'Network',
      rtpLost: 'RTP lost',
      rtpReordered: 'RTP reordered',
      rtpDuplicates: 'RTP duplicates',
      jitter: 'RTP jitter',
      delayFactor: 'Delay factor',
      mediaLossRate: 'Media loss rate',
      kernelDrops: 'Dropped by this machine',
      nullShare: 'Stuffing',
      scrambledShare: 'Scrambled',
      output: 'Output',
      latestSegment: 'Latest segment',
      targetDuration: (span: string) => `target ${span}`,
      switches: 'Changes of source',
      history: 'What came and went',
      noHistory: 'Nothing since the channel began.',
      raised: 'Began',
      cleared: 'Ended',
    },
    // Number and words of ETSI TR 101 290.
    checks: {
      sync_loss: ['1.1', 'Sync loss'],
      sync_byte: ['1.2', 'Sync byte'],
      pat: ['1.3', 'PAT'],
      continuity: ['1.4', 'Continuity count'],
      pmt: ['1.5', 'PMT'],
      pid: ['1.6', 'PID absent'],
      transport: ['2.1', 'Transport error'],
      crc: ['2.2', 'CRC'],
      pcr_repetition: ['2.3a', 'PCR repetition'],
      pcr_discontinuity: ['2.3b', 'PCR discontinuity'],
      pts: ['2.5', 'PTS repetition'],
      cat: ['2.6', 'CAT'],
    } as Readonly<Record<string, readonly [string, string]>>,
    alarmName: (name: string) => {
      const known: Readonly<Record<string, string>> = {
        down: 'Off air',
        slate: 'Slate on air',
        starting: 'No picture yet',
        segments_late: 'Segments late',
        ladder_shed: 'Rendition left out',
        recording_stopped: 'Recording stopped',
        backup_on_air: 'Backup on air',
        source_failing: 'Source failing',
        source_degraded: 'Source degraded',
        rtp_loss: 'RTP loss',
        kernel_drops: 'Kernel drops',
        scrambled: 'Scrambled',
      };
      const check = name.startsWith('tr101290_') ? strings.monitor.checks[name.slice('tr101290_'.length)] : undefined;
      return check ? `${check[1]} (${check[0]})` : (known[name] ?? name.replace(/_/g, ' '));
    },
    // The first thing to look at; docs/operations.md, "Watching the headend", has more.
    advice: (name: string): string => {
      if (name.startsWith('tr101290_')) {
        return {
          tr101290_continuity: 'Packets are lost on the way: compare with RTP loss and kernel drops, then look at the network.',
          tr101290_pcr_repetition: 'The multiplexer sends its clock too rarely: set PCR interval to 40 ms or less.',
          tr101290_cat: 'Check the descrambler or the CA system of the feed.',
        }[name] ?? 'Look at the feed at its origin: encoder and multiplexer.';
      }
      return (
        {
          down: 'No source gives anything and no slate is set: look at the sources below.',
          slate: 'Viewers see the slate: bring a source back.',
          starting: 'Is the feed sent at all? Address, interface and stream key must be right.',
          segments_late: 'Players run dry. Key frames too rare, a stalled source, or an overloaded machine.',
          recording_stopped: 'The archive’s disk is full or refuses; live goes on. Make room, and recording resumes by itself.',
          ladder_shed: 'The machine cannot carry the ladder: fewer rungs, a faster preset, or more cores.',
          backup_on_air: 'The preferred source was left: look at source 1.',
          source_failing: 'Look at the feed: is it sent, does it arrive, is it the right programme?',
          source_degraded: 'It can be shown, but something is wrong with it: see its reason.',
          rtp_loss: 'The network loses packets on the way here: switches, IGMP, oversubscribed links.',
          kernel_drops: 'This machine reads too slowly: raise net.core.rmem_max or give it more CPU.',
          scrambled: 'Check the descrambler or the CA system of the feed.',
        }[name] ?? ''
      );
    },
    keys: '↑ ↓ choose · Enter open · Esc close · / find',
  },

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

  names: {
    first: ['Sunny', 'Quiet', 'Swift', 'Lucky', 'Merry', 'Brave', 'Clever', 'Gentle', 'Jolly', 'Mighty', 'Nimble', 'Proud'],
    second: ['Falcon', 'Otter', 'Fox', 'Heron', 'Badger', 'Lynx', 'Robin', 'Hare', 'Panda', 'Tiger', 'Whale', 'Wren'],
  },
};

type Words<T> = T extends string ? string : T extends (...values: never) => unknown ? T : T extends readonly unknown[] ? T : { readonly [Name in keyof T]?: Words<T[Name]> };
export type Translation = Words<typeof english>;

function merge(own: unknown, other: unknown): unknown {
  if (other === undefined) return own;
  if (typeof own !== 'object' || own === null || Array.isArray(own) || typeof other !== 'object' || other === null) return other;
  const words = other as Record<string, unknown>;
  return Object.fromEntries(Object.entries(own).map(([name, inside]) => [name, merge(inside, words[name])]));
}

export const translated = (translation: Translation): typeof english => merge(english, translation) as typeof english;

export const strings: typeof english = language === 'de' ? translated(de) : language === 'es' ? translated(es) : english;
