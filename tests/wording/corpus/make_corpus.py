#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes evasions.txt and innocents.txt of this folder: hand-written words and phrases, varied by hand-written rules."""
import pathlib
import random

random.seed(20)
here = pathlib.Path(__file__).parent

# ---- evasions: each of these words, hidden in each way that is known from chats
words = ["fuck", "fucking", "shit", "bullshit", "asshole", "bitch", "cunt", "whore", "wanker", "dickhead", "bastard",
         "slut", "porn", "faggot", "retard", "scammer", "free vbucks", "buy followers"]
cyrillic = dict(zip("aceopxykmhtbis", "асеорхукмнтвіѕ"))
greek = dict(zip("aeiopuvktnwh", "αειορυνκτηωһ"))
fullwidth = {chr(c): chr(c + 0xfee0) for c in range(33, 127)}
leet = dict(zip("aeiost", "4310$7"))
leet2 = dict(zip("aisltb", "@!5178"))
bold = {chr(ord('a') + i): chr(0x1d41a + i) for i in range(26)}
script = {chr(ord('a') + i): chr(0x1d4ea + i) for i in range(26)}
double = {chr(ord('a') + i): chr(0x1d552 + i) for i in range(26)}
circled = {chr(ord('a') + i): chr(0x24d0 + i) for i in range(26)}
squared = {chr(ord('a') + i): chr(0x1f170 + i) for i in range(26)}
flags = {chr(ord('a') + i): chr(0x1f1e6 + i) for i in range(26)}
small = dict(zip("abcdefghiklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"))
accents = dict(zip("aceiounsy", "àçêïøûñšý"))
vowels = "aeiou"


def through(table):
    return lambda w: "".join(table.get(c, c) for c in w)


def between(sign):
    return lambda w: sign.join(w.replace(" ", ""))


def zalgo(w):
    return "".join(c + "".join(chr(random.randrange(0x300, 0x340)) for _ in range(random.randrange(1, 4))) for c in w)


def stretched(w):
    at = next(i for i, c in enumerate(w) if c in vowels)
    return w[:at] + w[at] * random.randrange(2, 6) + w[at + 1:]


def starred(w):
    at = [i for i, c in enumerate(w) if c in vowels and 0 < i < len(w) - 1][0]
    return w[:at] + "*" + w[at + 1:]


ways = [through(cyrillic), through(greek), through(fullwidth), through(leet), through(leet2), through(bold), through(script),
        through(double), through(circled), through(squared), lambda w: "\u200b".join(through(flags)(w)), through(small), through(accents),
        between(" "), between("."), between("-"), between("_"), between("\u200b"), between("\u00ad"), between("\u2060"), between(" . "),
        between("\u200d"), between("~"), zalgo, stretched, starred, str.upper, lambda w: w[:2] + "." + w[2:], lambda w: "\u202e" + w + "\u202c",
        lambda w: "".join(c.upper() if i % 2 else c for i, c in enumerate(w)),
        lambda w: through(cyrillic)(w[:3]).upper() + w[3:], lambda w: stretched(through(leet)(w) if not any(c in vowels for c in through(leet)(w)) is False else w),
        lambda w: through(fullwidth)(between(" ")(w)), lambda w: w.replace("u", "v").replace("c", "k").replace("s", "z")]
frames = ["{}", "you {}", "what a {} game", "{}!!!", "lol {} ref", "this is {} honestly", "{} \U0001f602", "omg {} \u2764\ufe0f"]
evasions = []
for word in words:
    for way in ways:
        hidden = way(word)
        if hidden != word:
            evasions.append(random.choice(frames).format(hidden))
random.shuffle(evasions)
evasions = list(dict.fromkeys(evasions))[:500]

# ---- innocents
scunthorpe = """Scunthorpe United are winning again|Greetings from Scunthorpe|I live in Penistone near Sheffield|Clitheroe is lovely in spring
My assignment is due tomorrow|The class was cancelled|A classic match|What a pass!|He passed it to the left|pass it|Brass band playing|grass is wet today
Assassin's Creed is out|the assassination scene was intense|bass player is great|an embarrassing mistake|massive save|compass|ambassador|Massachusetts
shiitake mushrooms for dinner|I was pushing it|push it!|Hitchcock is my favourite director|Moby Dick is a long book|Dickens wrote it|Dick Van Dyke was in that
cocktail hour|peacock feathers|Hancock scored|shuttlecock|Cockburn Street|the weathercock|Alcock made a save|cockpit view please|Babcock|woodcock
Essex and Sussex|Middlesex play today|sextant|sexagenarian|unisex toilets|bisexual flag looks great|Analysis at half time|the analyst is right|canal boats|banal commentary
cumulative score|cucumber sandwich|document this|circumstances|accumulator bet|Cumbria is rainy|Cumberland sausage|scum of the pot when cooking
title race|titanium|constitution|titration|Titan is a moon|institute|stitch in time|petition signed|competition time|repetition
arsenal to win|Arsenic and Old Lace|parsenip is not spelled so|arsenic|coarse sand|sparse crowd|hearse
therapist|grape juice|drape the curtains|scrape|skyscraper|trapeze artist|rapeseed oil|parapet
matsushita|Fukushima cleanup|Phuket holiday|Fuchs is playing|fuchsia dress|Lord Fauntleroy|Fuller scored|a fulcrum
swank hotel|swanky place|hankering for food|thanks mate|Wankel engine sounds great|twank|swankier
retardant foam|fire retardant|flame retardants used|mustard|bastardise the recipe is a verb|Bastar district|Pornichet beach|Lightwater Valley
homage|faggots and peas? no thanks|Fagin sings|fagot wood joke aside|slutsky equation|Slutsk is in Belarus|niggle in his knee|snigger at that|niggardly portions
as soon as he scored|as sure as day|who're you supporting?|who're they?|an us versus them thing|bus stop here|his hit single|this hit hard|she hit it|wish it was over
fu ji film|hells bells|shell out|hello there|Michelle|Seychelles|hell's kitchen is on|damnation alley|Amsterdam n Rotterdam|dam nation
mishit the ball|mishits it|he mis-hit the ball|Whitehorse|horehound|shore leave|whoreson is Shakespeare|whorehouse? no|who re-elected him|Shoreditch
Bitcoin is up|a bit chilly|bit chilly tonight|Bitche is a town in France|habitch|pitch invasion|stitch|witch|switch off|glitch in the stream
scammed by weather|scampi and chips|scan me|scamper|buying followers is dumb|free buckets|follow the buyers|I buy what he follows|vbox|virtual bucks""".replace("\n", "|").split("|")
# Words that are on the list as they stand are no test of innocence.
listed = ["bisexual", "faggots", "fagot", "whorehouse", "bastardise", "whoreson", "buying followers", "retardant", "Bitche"]
scunthorpe = [line for line in scunthorpe if not any(word in line for word in ["faggots", "fagot", "habitch", "parsenip", "twank"])]

teams = "Leeds|Arsenal|Scunthorpe|Bayern|Sevilla|Osasuna|Celtic|Porto|Ajax|Hertha|Napoli|Lille|Essex|Sussex|Penistone|Betis".split("|")
players = "Kane|Dickson|Cockerill|Sanchez|Müller|Łukasz|Özil|Šešelj|García|Van Dijk|Hancock|Wanner|Fuchs|Ødegaard|Nuñez|Shittu".split("|")
things = "goal|save|pass|tackle|free kick|corner|substitution|penalty|cross|header|assist|miss|shot|block|clearance|dribble".split("|")
feelings = "brilliant|awful|unreal|so good|class|terrible|world class|embarrassing|fantastic|lucky|massive|a classic|disappointing|hilarious".split("|")
templates = ["What a {t} by {p}!", "{p} is {f} today", "That {t} was {f}", "{a} vs {b}: who wins?", "{a} {n}-{m} {b}", "come on {a}!!!", "goooooal {a}",
             "noooo {p} how do you miss that", "is the stream lagging for anyone? {n} fps here", "room {n}{m} chat is {f}", "my bet: {a} by {n}",
             "{p} on for {q}, about time", "@{p} did you see that {t}?", "since {y} {a} never won here", "kick off at {n}:{m}0, right?",
             "HD at {n}.{m} Mbit/s looks {f}", "i paid ${n}{m} for this shirt", "{f}. just {f}.", "e.g. the {t} in minute {n}{m}", "so {f} :) :D", "W{n} L{m} D{n} since august",
             "the ref is {f}...", "who's watching from {a}?", "{q} > {p}, change my mind", "that was {n}/10", "C'est {f}, non?", "¡Vamos {a}! qué golazo de {p}",
             "was für ein {t} von {p}", "{p} hat's wieder gemacht", "Ну что, {a} сегодня выиграет?", "Привет всем, смотрим матч", "今日の試合は{a}が勝つ", "{a} 화이팅!", "forza {a} sempre",
             "أهلا بكم في المباراة {a}", "שלום לכולם, {a} ינצחו", "γεια σας, πάμε {a}", "alguém sabe o placar? {n}x{m}", "hajrá {a}!", "brawo {p}, świetny {t}"]
innocents = list(dict.fromkeys(line.strip() for line in scunthorpe if line.strip()))
while len(innocents) < 2000:
    line = random.choice(templates).format(t=random.choice(things), p=random.choice(players), q=random.choice(players), f=random.choice(feelings),
                                           a=random.choice(teams), b=random.choice(teams), n=random.randrange(1, 9), m=random.randrange(1, 9), y=random.randrange(1950, 2020))
    line = random.choice(["{}", "{}", "{}", "lol {}", "{} \U0001f44f", "{} haha", "well... {}", "honestly {}", "{} tbh", "imo {}"]).format(line)
    if line not in innocents:
        innocents.append(line)

(here / "evasions.txt").write_text("\n".join(evasions) + "\n", encoding="utf-8")
(here / "innocents.txt").write_text("\n".join(innocents) + "\n", encoding="utf-8")
print(len(evasions), "evasions,", len(innocents), "innocents")
