// SPDX-License-Identifier: MIT

// A small set that every system can draw: the character, then words to find it by in our languages.
const source = {
  faces:
    '😀 grin happy grinsen froh sonrisa feliz|😂 tears joy laugh lachen tränen risa|🤣 rolling laugh lachen boden carcajada|😅 sweat phew schwitzen sudor uf|😊 blush smile lächeln sonrojo|😉 wink zwinkern guiño|😍 love eyes verliebt enamorado|😘 kiss kuss beso|😋 yummy lecker rico|😎 cool sunglasses sonnenbrille gafas|🤩 star struck begeistert estrella|🥳 party feier fiesta|🤔 think denken pensar|😐 neutral meh|🙄 roll eyes augen rollen ojos|😬 grimace awkward peinlich mueca|😴 sleep tired schlafen müde dormir sueño|😢 cry sad weinen traurig llorar triste|😭 sob cry heulen llanto|😤 huff angry schnauben enfado|😡 angry rage wütend rabia enojo|😱 scream shock schrei grito|😳 flushed surprised verlegen sorpresa|🥺 please bitte por favor|🤯 mind blown explodieren alucinar|🤡 clown payaso|👻 ghost geist fantasma|💀 skull dead tot totenkopf muerto',
  gestures:
    '👍 thumbs up yes daumen hoch ja pulgar sí|👎 thumbs down no daumen runter nein pulgar abajo|👏 clap applause klatschen aplauso|🙌 hands up hooray hurra manos|🙏 thanks pray danke bitte gracias|🤝 handshake deal handschlag trato|💪 strong muscle stark fuerza|👋 wave hello bye winken hallo hola adiós|🤞 fingers crossed daumen drücken suerte|✌️ victory peace sieg paz|👌 ok perfect perfekt perfecto|🤷 shrug achselzucken ni idea|🤦 facepalm oje|👀 eyes look augen schauen ojos mirar|🫶 heart hands herz manos corazón|✊ fist faust puño',
  hearts:
    '❤️ heart red herz rot corazón rojo|🧡 orange heart herz corazón|💛 yellow heart gelb herz corazón|💚 green heart grün herz corazón verde|💙 blue heart blau herz corazón azul|💜 purple heart lila herz corazón|🖤 black heart schwarz herz negro|💔 broken heart gebrochen herz roto|💯 hundred points hundert cien|✨ sparkles glitzer brillo|⭐ star stern estrella|🔥 fire hot feuer fuego|💥 boom explosion knall|💢 anger wut ira|❓ question frage pregunta|❗ exclamation ausruf atención|✅ check done haken hecho|❌ cross no kreuz cruz|➕ plus mehr más|🏳️‍🌈 rainbow flag regenbogen arcoíris',
  animals:
    '🐶 dog hund perro|🐱 cat katze gato|🦊 fox fuchs zorro|🐻 bear bär oso|🐼 panda|🦁 lion löwe león|🐸 frog frosch rana|🐵 monkey affe mono|🐔 chicken huhn pollo|🦄 unicorn einhorn unicornio|🐝 bee biene abeja|🐢 turtle schildkröte tortuga|🐙 octopus krake pulpo|🐳 whale wal ballena|🌻 sunflower sonnenblume girasol|🌹 rose rosa',
  food:
    '🍕 pizza|🍔 burger hamburguesa|🍟 fries pommes papas|🌭 hot dog|🍿 popcorn palomitas|🍩 donut rosquilla|🍰 cake kuchen pastel|🍫 chocolate schokolade|🍎 apple apfel manzana|🍓 strawberry erdbeere fresa|🍌 banana plátano|☕ coffee kaffee café|🍵 tea tee té|🍺 beer bier cerveza|🥂 cheers prost salud|🍷 wine wein vino',
  sport:
    '⚽ football soccer fußball fútbol|🏀 basketball baloncesto|🏈 american football|🎾 tennis tenis|🏐 volleyball voleibol|🏒 hockey|🥊 boxing boxen boxeo|🏎️ racing rennen carrera|🚴 cycling radfahren ciclismo|🏃 run laufen correr|🏆 trophy win pokal sieg trofeo|🥇 gold medal first medaille oro|🥅 goal net tor portería|🎯 dart bullseye treffer diana|🎲 dice game würfel dado juego|🎮 video game spiel videojuego',
  things:
    '🎉 party popper feier fiesta|🎂 birthday geburtstag cumpleaños|🎁 gift geschenk regalo|🎵 music note musik música|🎸 guitar gitarre guitarra|🎤 microphone sing mikrofon cantar|🎬 film clapper kino cine|📺 television fernsehen televisión|📷 camera kamera cámara|💡 idea light licht luz|⏰ clock time uhr zeit hora|🚀 rocket rakete cohete|✈️ plane flugzeug avión|🌍 world welt mundo|☀️ sun sonne sol|🌧️ rain regen lluvia|❄️ snow schnee nieve|🌈 rainbow regenbogen arcoíris|🌙 moon mond luna|💰 money geld dinero',
} as const;

export type EmojiGroup = keyof typeof source;

export interface Emoji {
  readonly character: string;
  readonly words: string;
}

export const emojiGroups: readonly { readonly name: EmojiGroup; readonly emoji: readonly Emoji[] }[] = (Object.keys(source) as EmojiGroup[]).map((name) => ({
  name,
  emoji: source[name].split('|').map((line) => ({ character: line.slice(0, line.indexOf(' ')) || line, words: line.slice(line.indexOf(' ') + 1) })),
}));

// By its picture: a machine without the character draws the same box for it as for what nobody has.
function drawable(): (character: string) => boolean {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!context) return () => true;
  context.font = '16px sans-serif';
  context.fillStyle = '#fff';
  const picture = (text: string): string => {
    context.clearRect(0, 0, 32, 24);
    context.fillText(text, 2, 18);
    return context.getImageData(0, 0, 32, 24).data.join();
  };
  const box = picture('\u{10FFFF}');
  return (character) => picture(character) !== box;
}

// Those that can be shown here.
export function emojiHere(): typeof emojiGroups {
  const can = drawable();
  return emojiGroups.map(({ name, emoji }) => ({ name, emoji: emoji.filter(({ character }) => can(character)) })).filter(({ emoji }) => emoji.length > 0);
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

// Those with a word that begins so, accents or not.
export function findEmoji(text: string, groups = emojiGroups): readonly Emoji[] {
  const wanted = plain(text.trim());
  if (wanted === '') return [];
  return groups.flatMap(({ emoji }) => emoji.filter(({ words }) => plain(words).split(' ').some((word) => word.startsWith(wanted))));
}
