# SPDX-License-Identifier: MIT
"""Plots, first half. Each takes a Story and fills its paragraphs: what happens, why, what follows."""

LIGHT = "[red|blue|yellow|warm] scarf|[green|red|paper] kite|straw hat|[red|woolen] mitten|[white|silk] ribbon"
SHINY = "[silver|brass|little] bell|[small|golden] key|[blue|glass] marble|[shiny|copper] button|silver spoon"
FLOATY = "[little|wooden] boat|[red|striped] ball|wooden [horse|whistle|duck]|toy ship"
HELLO = "[came by|came along|was passing by|came down the path]"
SAD = "[A tear rolled down {Ahis} cheek|{Ahis} heart felt heavy|{A} felt very sad|{A} wanted to cry]"
GLAD = "[{A} jumped for joy|{A} laughed with joy|{Ahis} heart felt light|{A} smiled from ear to ear|{A} danced with happiness]"
THANKS = "\"[Thank you|Thank you so much|Oh, thank you], {B!}!\" said {A}."


def lost_and_found(s):
    s.begin("careful|cheerful|dreamy|playful|merry|gentle")
    b = s.cast("B")
    s.elder()
    kind = s.pick("light", "shiny", "floaty", "hole")
    s.set(thing="[" + {"light": LIGHT, "shiny": SHINY, "floaty": FLOATY, "hole": SHINY}[kind] + "]", spot=s.spot(), spot2=s.spot())
    s.say("[{Ahis} favorite thing in the world was a {thing}|{A} had a {thing} and took it everywhere|"
          "{A} loved {Ahis} {thing} more than anything], [for it was|because it was] a [gift|present] from {E+}.")
    s.para()
    s.say("[but|then] " + (s.one_day() if not s.opened else "") + "the {thing} was gone.",
          "{A} looked {spot} and {spot2}, but [it was not there|there was nothing|{Ahe} found only leaves|it was nowhere to be seen].",
          SAD + ".")
    s.say("{B+} " + HELLO + ". \"[What is wrong|Why are you so sad|What happened], {A!}?\" asked {B}.",
          "\"I have lost my {thing},\" said {A}. [\"I have looked everywhere.\"|\"It was a gift.\"|]",
          "\"[Do not worry|Do not cry|Cheer up]. [Two can look better than one|Four eyes see more than two|I will help you look]," + "\" said {B}.")
    if kind == "light":
        s.say("\"[The wind was strong today|The wind has been busy|It is a light thing, and the wind is playful]. [Let us look up|Let us follow the wind]!\"",
              "They followed the wind [over the hill|along the path|across the grass], and there, high in [an old tree|a thorn bush|a pine tree], hung the {thing}.",
              "{B} [climbed up|shook the branch|held {A} up high] and [the {thing} came down|soon {A} had the {thing} again].")
    elif kind == "shiny":
        s.say("{B} thought for a moment. \"[Shiny things make magpies curious|Magpies love shiny things]. [Let us ask the magpie|Let us look in her nest].\"",
              "[Sure enough|And indeed], the {thing} was [lying in|shining in] the magpie's nest.",
              "\"[I thought it was a fallen star|I thought nobody wanted it|I only wanted something bright],\" said the magpie. \"I am sorry.\" And she gave it back.")
    elif kind == "floaty":
        s.say("\"When did you last see it?\" asked {B}. \"[By the water|At the little stream],\" said {A}.",
              "So they walked along the water, [step by step|side by side], until they saw the {thing} [caught in the reeds|resting against a stone|floating in a quiet pool].",
              "{B} [took a long stick|found a long branch] and pulled it [to the bank|out].")
    else:
        s.say("{B} looked at {A}'s pocket. \"[There is a hole in it|Look, a hole]!\" {Bhe} said. \"[Let us go back the way you came|We must follow your footsteps].\"",
              "They went back slowly, and [there in the grass|between two stones|in the dust of the path] something [was shining|gleamed]. It was the {thing}!",
              s.maybe("", "That evening {A} sewed up the hole with strong thread."))
    s.para()
    s.say(GLAD + ". " + THANKS)
    s.say(s.maybe("Together they [walked home|went home] and [shared a warm pie|drank hot cocoa|told {E} the whole story].", "\"[Friends look for each other's things|That is what friends are for],\" said {B}.", ""))
    s.moral("a friend who helps you look is [a treasure too|worth more than any {thing}]",
            "what is lost is easier to find together", "it is good to ask for help", "we should take good care of the things we love")


def quarrel(s):
    s.begin("lively|stubborn|playful|cheerful|proud")
    s.cast("B")
    s.elder()
    thing, verb, broke, fix = s.pick(
        ("red sled", "ride on", "the rope snapped", "tied a new rope"), ("big drum", "play", "the skin of the drum split", "stretched a new skin"),
        ("swing", "sit on", "one of the ropes came loose", "tied the rope again"), ("paper kite", "fly", "the paper tore in two", "glued the paper"),
        ("little boat", "sail", "the mast broke", "carved a new mast"), ("wooden cart", "ride in", "a wheel came off", "put the wheel back on"),
        ("picture book", "read", "a page was torn", "pasted the page back"), ("soft blanket", "sit on", "the blanket ripped down the middle", "sewed the two halves together"))
    s.set(thing=thing, verb=verb, broke=broke, fix=fix, spot=s.spot())
    s.say(s.one_day() + "{A} and {Ahis} friend {B~} found a {thing} {spot}.")
    s.say("\"[I saw it first|It is mine]!\" [cried|shouted] {A}. \"I want to {verb} it.\"",
          "\"No, [I saw it first|it is mine|I want to {verb} it]!\" [cried|said|shouted] {B}.")
    s.para()
    s.say("{A} pulled one way and {B} pulled the other. [They pulled harder and harder.|Neither would let go.|]",
          "[Suddenly|Then], with a [loud crack|sad little sound|snap], {broke}.",
          "[Now nobody could {verb} it.|Both of them stood still and stared.|It was very quiet.]")
    s.say("{A} [went home angry|sat down with {Ahis} back to {B}|walked away without a word], and {B} [did the same|felt bad too|was angry too].",
          "But [it was no fun to be alone|the day felt long and empty|being angry made {Ahis} tummy hurt|soon {A} missed {Ahis} friend].")
    s.say(s.maybe("{E+} saw {Ahis} sad face. \"[A thing can be mended, and so can a friendship|What is more fun, to own a {thing} or to have a friend]?\" {Ehe} [said|asked].".replace("mended, and so can a friendship|", "|").replace("[A thing can be |", "["), ""))
    s.para()
    s.say("{A} went to {B} and said, \"[I am sorry|I am sorry that I pulled|I was wrong]. [You are more important than a {thing}|I would rather have you than a {thing}].\"",
          "\"I am sorry too,\" said {B}. \"[Shall we mend it|Can we mend it] together?\"",
          "[They worked all afternoon|Side by side they sat down] and {fix}.",
          "[Then they took turns|After that they took turns]: first {B}, then {A}. [It was twice as much fun|They laughed until it was dark|It was the best day of all].")
    s.moral("sharing makes [a small thing big|everything more fun]", "a friend is worth more than a {thing}", "it takes courage to say sorry", "taking turns makes both friends happy")


def fear(s):
    what, look, need, how = s.pick(
        ("the dark", "at night {Ahe} always kept a candle burning", "{B} had not come home, and the night was as black as ink", "{Ahe} took a small lantern and counted {Ahis} steps, one, two, three"),
        ("deep water", "{Ahe} never went further in than {Ahis} knees", "{B}'s little boat was drifting away with {Bhim} in it", "{Ahe} held on to a rope, took a deep breath and swam slowly"),
        ("thunder", "at every storm {Ahe} hid under the bed", "{B} was all alone in the storm and calling for help", "{Ahe} hummed a brave song, and between two thunderclaps {Ahe} ran"),
        ("high places", "{Ahe} never climbed anything taller than a stool", "{B} was stuck at the top of a tall tree and could not get down", "{Ahe} did not look down, and climbed from branch to branch"),
        ("the old bridge", "{Ahe} always walked the long way around", "{B} had hurt {Bhis} foot on the other side of the water", "{Ahe} held the rail tight and put one foot in front of the other"),
        ("the deep cave", "{Ahe} thought that something terrible lived in it", "{B} had fallen into the cave and could not climb out", "{Ahe} sang softly to {Aself} and felt the way along the wall"),
        ("the big dog at the gate", "{Ahe} always ran past it with {Ahis} eyes shut", "{B} was lost, and only the big dog could follow the trail", "{Ahe} walked slowly, held out a hand and spoke softly to the dog"))
    s.begin("shy|gentle|quiet|timid|kind|careful")
    s.cast("B")
    s.set(what=what, spot=s.spot())
    s.say("{A} was afraid of only one thing: {what}." if s.chance(.5) else "But {A} had a secret. {Ahe} was [terribly|very] afraid of {what}.",
          look + ".", s.maybe("", "Some of the others laughed at {Ahim}.", "\"[I wish I were brave|Why can I not be brave],\" {Ahe} often thought."))
    s.say("{Ahis} [best friend|good friend|friend] was {B+}.")
    s.para()
    s.say("[But one evening|Then one evening|One evening], [there was bad news|something happened]: " + need + ".",
          s.maybe("There was nobody else to help.", "Everybody else was far away.", "\"Help!\" cried a small voice."),
          "{A}'s [knees shook|heart beat like a drum|paws and knees shook|mouth went dry].".replace("paws and ", ""),
          s.maybe("\"I am afraid,\" {Ahe} whispered, \"but {B} needs me.\"", "{Ahe} wanted to run away, but {Ahe} thought of {B}.", "\"If I do not go, who will?\" {Ahe} thought."))
    s.say(how + ".", s.maybe("It was hard, but {Ahe} did not stop.", "Step by step, the fear became smaller.", "{Ahe} was still afraid, but {Ahe} went on."))
    s.para()
    s.say("[At last|Finally] {Ahe} reached {B} and [took {Bhim} by the hand|held {Bhim} tight|helped {Bhim}]." ,
          "\"[You came|You found me]!\" cried {B}. \"[Were you not afraid|But you are afraid of {what}]?\"",
          "\"[Yes, very much|I was|Yes, I was afraid all the way],\" said {A}, \"[but you are my friend|but I was more afraid of losing you].\"",
          "[Together they went home|They went home together], [and everyone cheered|where a warm supper was waiting|and {A} felt ten feet tall].")
    if what == "the big dog at the gate":
        s.say("The dog wagged its tail and walked home with them.")
    s.moral("being brave does not mean having no fear", "courage is being afraid and going on anyway", "love for a friend is stronger than fear", "a fear gets smaller when you walk toward it")


def promise(s):
    s.begin("friendly|cheerful|busy|merry|kind|lively")
    s.elder()
    task, due, bad, good = s.pick(
        ("feed the hens", "before sunset", "the hens were hungry and cold in the dark", "the hens clucked happily and went to sleep"),
        ("water the young trees", "before noon", "the leaves of the young trees hung limp and dry", "the leaves of the young trees stood up green and fresh"),
        ("light the lamp on the hill", "before dark", "a boat had almost lost its way in the dark", "all the boats came home safely by its light"),
        ("bring the medicine to {B}", "before evening", "{B} lay in bed and coughed all night", "{B} drank it and soon felt better"),
        ("close the garden gate", "before supper", "the goats came in and ate all the lettuce", "the goats stayed out and the lettuce was safe"),
        ("help {B} carry the apples home", "before the rain", "{B} had to carry all the heavy baskets alone in the rain", "not one apple got wet"),
        ("bring in the washing", "before the rain", "all the clean clothes lay in the mud", "all the clothes were dry and warm"))
    s.cast("B")
    s.set(task=task, due=due, spot=s.spot())
    s.say(s.one_day() + "{E+} said to {Ahim}, \"[I must go away today|I have to go to the market|I have to visit my sister]. [Will you|Can you] {task} {due}?\"",
          "\"[I promise|Yes, I promise|You can count on me],\" said {A}.")
    s.para()
    s.set(fun="[the puppet show|the music in the square|the fair|a game of hide and seek|the boat race|the juggler]")
    s.say("On the way {Ahe} met {Ahis} friend {B~}. \"[Come with me to|Come and see|Let us go to] {fun}!\" [said|called|cried] {B}.".replace("{fun}", "{fun}")
          if "{B}" not in task else
          "On the way {Ahe} heard laughter. [Everyone was going to {fun}|They were all on their way to {fun}]. \"Come with us!\" they called.")
    if s.chance(0.55):
        s.say("{A} wanted to go very much. [But then {Ahe} remembered {Ahis} promise.|But a promise is a promise.]",
              "\"[I will come later|Not now],\" {Ahe} said. \"First I have something to do.\"",
              "{Ahe} went to {task}, and [was done just in time|took care to do it well].")
        s.para()
        s.say("That night " + good + ".", "When {E} came back, {Ehe} [smiled|was very pleased]. \"[I knew that I could trust you|You kept your word], {A!},\" {Ehe} said.",
              s.maybe("And there was still time to go and have fun.", "The next day {Ehe} took {A} to {fun}, and it was better than ever.", "{A} felt proud and warm inside.")
              if s.chance(.8) else "")
        s.moral("a promise kept is like a gift", "a kept promise makes others trust you", "first comes the promise and then comes the fun", elder="E")
    else:
        s.say("\"[Only for a little while|Just for a minute],\" thought {A}, and {Ahe} went along.", "[It was so much fun that|{Ahe} laughed and clapped, and] {Ahe} forgot all about the time.",
              "When {Ahe} remembered {Ahis} promise, it was [already too late|far too late].")
        s.para()
        s.say("{A} ran [all the way|as fast as {Ahe} could], but " + bad + ".", "{A} [felt terrible|was ashamed|hung {Ahis} head]. \"[I broke my promise|It is my fault], and I am sorry,\" {Ahe} told {E}.",
              "\"[Words are like seeds|A promise is a small thing to say and a big thing to keep],\" said {E}. \"[Care for them|Try again tomorrow].\"".replace("[Words are like seeds|", "[").replace("[Care for them|", "["),
              "The next day {A} [got up early|came first of all] to {task}, and the day after that too. [{Ahe} never forgot again.|Soon {E} trusted {Ahim} once more.]")
        s.moral("a promise should be kept even when it is hard", "trust is quickly broken and slowly mended", "we must do what we have promised")


def kindness_returned(s):
    s.begin("kind|gentle|good|friendly|warm-hearted|helpful")
    who, trouble, help_, danger, rescue = s.pick(
        ("ant", "was struggling in a puddle", "held out a leaf, and the ant climbed onto it", "a big thorn was stuck in {Ahis} foot", "the ant was so small that it could pull the thorn out gently"),
        ("bird", "was caught in a tangle of thread", "loosened the thread, knot by knot", "the fog was so thick that {Ahe} lost the way home", "the bird flew ahead and sang, and {A} followed the song all the way home"),
        ("mouse", "was shivering in the cold", "gave it half of {Ahis} bread and a piece of warm cloth", "{Ahe} was caught in an old net", "the mouse nibbled the ropes with its sharp teeth until {A} was free"),
        ("bee", "was lying on its back in the rain", "put it under a dry flower", "{Ahe} was lost and very hungry", "the bee led {Ahim} to a tree full of sweet honey and then to the path"),
        ("fish", "was lying on the dry sand", "carried it back to the water", "{Ahis} ring fell into the deep water", "the fish dived down and brought the ring back in its mouth"),
        ("firefly", "was trapped in a spider's web", "set it free with a soft twig", "{Ahis} lamp went out in the dark woods", "the firefly called a hundred friends, and they lit up the whole path"),
        ("crow", "had hurt its wing", "made it a bed of straw and brought it water", "{Ahis} hat blew onto a high roof", "the crow flew up and dropped the hat at {Ahis} feet"),
        ("snail", "was in the middle of the road, where the carts go by", "carried it to the soft grass", "{Ahe} dropped {Ahis} key into a narrow crack in the wall", "the snail crept slowly into the crack and pushed the key out"),
        ("toad", "was stuck under a heavy stone", "rolled the stone away", "flies and mosquitoes would not let {Ahim} sleep", "the toad sat by the window and caught them, one by one"))
    s.set(who=who, errand="[to the market|to visit a friend|to school|to the mill|to pick berries|home for supper]", spot=s.spot())
    start = "[soon|after a while|then] {A} set off {errand}. on the way {Ahe}" if s.opened else s.one_day() + "{A} was on the way {errand} when {Ahe}"
    s.say(start + " [saw|found] a {who} {spot}. It " + trouble + ".",
          "\"[Please help me|Help]!\" [it said|cried the {who}] in a tiny voice.")
    s.say("{A} was [in a hurry|already late], but {Ahe} [stopped at once|could not just walk by|knelt down]. {Ahe} " + help_ + ".",
          "\"Thank you,\" said the {who}. \"[One day I will help you too|I will never forget this|Perhaps I can do something for you one day].\"",
          "{A} [smiled|laughed]. \"[How could someone so small help me?|You do not owe me anything.]\"")
    s.para()
    s.say("[Some days later|A week later|Not long after|When autumn came], {A} was in trouble [Aself|too]".replace("[Aself|too]", "{Aself}") + ": " + danger + ".",
          "[{Ahe} did not know what to do.|{Ahe} called, but nobody seemed to hear.|\"What shall I do now?\" {Ahe} sighed.]",
          "Then {Ahe} heard a tiny voice. [It was the {who}|There was the {who}]! \"[Now it is my turn|You helped me, and now I will help you],\" it said.",
          "And " + rescue + ".")
    s.para()
    s.say(s.pick(GLAD + ". ", "") + "\"[Thank you, little friend|You saved me|You were not too small at all],\" said {A}.", s.maybe("From then on they were [good|the best of] friends.", ""))
    s.moral("a kind deed always comes back", "no one is too small to help", "kindness is never wasted", "even a little kindness can grow big")


def lie_and_truth(s):
    s.begin("lively|playful|quick|restless|cheerful")
    s.elder()
    b = s.cast("B")
    thing, how, fix = s.pick(
        ("blue vase", "threw a ball indoors", "glued the pieces together"), ("honey jar", "climbed on the shelf to have a taste", "filled a new jar"),
        ("kitchen window", "kicked a ball too hard", "put in a new pane of glass"), ("old clock", "wanted to see the little wheels inside", "put all the little wheels back"),
        ("lantern", "swung it around like a sword", "made a new lantern"), ("teapot", "danced on the table", "made a new teapot out of clay"),
        ("flowerpot", "chased a butterfly across the window sill", "planted the flower again in a new pot"), ("fiddle", "used the bow as a fishing rod", "carved a new bow"))
    s.set(thing=thing, spot=s.spot())
    s.say(s.one_day() + "{A} was alone in the house of {E+}.", "{Ahe} " + how + ", and [crash|bang|oh dear]! The {thing} was broken.",
          "{A}'s face turned [red|pale]. \"[Nobody saw me|If I say nothing, nobody will know],\" {Ahe} thought.")
    s.say("When {E} came home, {Ehe} asked, \"Who broke the {thing}?\"", "\"[It was {B}|I saw {B} do it|It must have been {B}],\" said {A} [quickly|softly|and looked at the floor].")
    s.para()
    s.say("So {B}, [a quiet {Bkind} from next door|{Ahis} friend from next door|who lived next door], was [blamed|scolded].",
          s.maybe("\"But I did nothing,\" said {B} with tears in {Bhis} eyes.", "{B} cried and did not understand.", "Nobody would believe {Bhim}."),
          "{A} [could not eat|could not sleep|did not want to play]. The lie felt [like a stone in {Ahis} tummy|heavier than a sack of stones|like a dark cloud].")
    s.say("[At last|The next morning|In the end] {A} went to {E}. \"[It was not {B}|{B} did nothing wrong],\" {Ahe} said. \"I broke the {thing}, and I told a lie. I am [so sorry|sorry].\"")
    s.para()
    s.say("\"[The {thing} can be mended|A thing can be replaced],\" said {E}. \"[I am glad that you told me the truth|It was brave to tell the truth].\"",
          "{A} also said sorry to {B}, and {B} forgave {Ahim}." if s.chance(.6) else "Then {A} ran to {B} and asked {Bhim} to forgive {Ahim}, and {Bhe} did." if s.people["B"].he != s.people["A"].he else "Then {A} ran to {B} to say sorry, and they hugged.",
          s.maybe("Together they " + fix + ".", "All three of them " + fix + "."), s.maybe("{A} felt light again.", "That night {A} slept well.", ""))
    s.moral("the truth makes the heart light", "a lie is heavier than the truth", "it is brave to tell the truth", "a mistake becomes bigger when you hide it", elder="E")


def building(s):
    s.begin("clever|busy|hopeful|hard-working|helpful|thoughtful")
    s.cast("B")
    s.cast("C")
    prob, make, fail, b1, c1, done = s.pick(
        ("there was no bridge, and everyone got wet feet when they crossed the stream", "bridge", "the first plank was too heavy and fell into the water", "carried the long planks", "tied them with strong ropes", "Everyone walked across with dry feet"),
        ("the birds had no place to stay in winter", "birdhouse", "the walls fell over again and again", "held the walls", "cut a round door", "By evening, three little birds had moved in"),
        ("there was no place to play when it rained", "treehouse", "the boards slipped and fell down", "pulled the boards up with a rope", "hammered in the nails", "When the rain came, they all sat inside, warm and dry"),
        ("the lane was so dark at night that people stumbled", "row of lamps", "the first lamp blew out in the wind", "found glass jars to keep out the wind", "filled them with oil", "That night the lane shone like a string of stars"),
        ("the water was far away, and everyone was tired of carrying buckets", "well", "the hole was too deep to dig alone", "dug with a big spade", "carried the earth away", "At last clear water came up, and everyone cheered"),
        ("nobody had a boat to reach the little island", "raft", "the logs rolled apart", "held the logs together", "wove a rope out of reeds", "The next day they all sailed to the little island"),
        ("there was no oven big enough to bake bread for the feast", "big oven", "the wall of stones fell down", "brought clay from the river", "laid the stones one by one", "The whole place smelled of fresh bread"),
        ("the wind blew cold through the old hall", "thick wall of stones", "the stones were too heavy to lift alone", "rolled the big stones", "filled the gaps with moss", "Inside the hall it was as warm as summer"))
    s.set(make=make)
    s.say("[But there was a problem|There was only one trouble|But one thing was not good]: " + prob + ".", s.maybe("", "Everyone complained, but nobody did anything."),
          s.one_day() + "{A} had an idea. \"I will build a {make},\" {Ahe} said." if not s.opened else "{A} had an idea. \"I will build a {make},\" {Ahe} said.")
    s.para()
    s.say("{Ahe} [worked all day|worked hard], but " + fail + ". {A} [sat down and sighed|felt tired and sad|wanted to give up].",
          "\"[Why do you work alone|Why do you not ask us|May we help]?\" asked {B+}. {B} had brought {C+}.",
          "\"[I thought that nobody would want to help|I wanted to do it all by myself],\" said {A}." ,
          "\"[Many hands make light work|Of course we will help|Three can do what one cannot],\" said {C}.")
    s.say("So they began. {B} " + b1 + ", {C} " + c1 + ", and {A} [told everyone what to do next|drew the plan and measured everything|worked wherever {Ahe} was needed].",
          s.maybe("They sang while they worked.", "When one was tired, the others went on.", "They laughed a lot and only once hit a thumb."),
          s.pick("After three days the {make} was ready.", "Before sunset the {make} was finished.", "By the end of the week the {make} stood firm."))
    s.para()
    s.say(done + ".", s.maybe("\"We did it!\" cried {A}.", "\"Our {make} is the best in the world,\" said {C}.", "{A} looked at {Ahis} friends and [smiled|felt proud].", ""))
    s.moral("what is too hard for one is easy for three", "many hands make light work", "asking for help is not a weakness", "together we can build what no one can build alone")


def patience(s):
    s.begin("impatient|eager|lively|restless|curious", "fine|fine|wind|rain")
    s.elder()
    plant, parts, result = s.pick(
        ("pumpkin", "a thick green vine", "a pumpkin so big that two friends had to carry it"), ("sunflower", "a tall green stem", "a sunflower as big as a plate"),
        ("strawberry plant", "small white flowers", "a bowl full of red, sweet strawberries"), ("bean", "a long curly stem", "more beans than one pot could hold"),
        ("rose", "shiny leaves and sharp thorns", "a red rose that smelled like summer"), ("apple tree", "a thin little trunk", "one round, red apple, and the next year a whole basket"),
        ("melon", "a creeping stem and yellow flowers", "a melon as round as the moon"), ("cherry tree", "a thin brown twig", "a handful of dark, sweet cherries"))
    s.set(plant=plant, spot=s.spot())
    s.say(s.one_day() + "{E+} gave {Ahim} a [small|tiny|brown] seed. \"[Plant it and take care of it|Put it into the earth], and you will have a {plant},\" {Ehe} said.",
          "{A} planted the seed {spot} and [gave it water|watered it well].")
    s.para()
    s.say("The next morning {Ahe} ran to look. There was nothing but [brown earth|wet earth|earth]. \"[Hurry up|Grow]!\" {Ahe} [shouted|cried].",
          s.maybe("{Ahe} sang to it, {Ahe} danced around it, and {Ahe} even shouted at it, but nothing happened.", "{Ahe} poured on so much water that there was a puddle.", "{Ahe} wanted to dig the seed up to see if it was growing."),
          "\"[It does not work|Maybe the seed is bad],\" {Ahe} told {E}.",
          "{E} [laughed softly|smiled|shook {Ehis} head]. \"[A seed works in the dark|Good things need time]. [Water it a little every day|Give it sun and water], and wait.\"")
    s.say("So {A} waited. [One day it rained, and one day the sun shone.|{Ahe} pulled out the weeds and chased away the slugs.|Every day {Ahe} gave it a little water, not too much and not too little.]",
          s.maybe("It was hard to wait, but {Ahe} learned to listen to the birds meanwhile.", "While waiting, {Ahe} built a little fence.", ""))
    s.para()
    s.say("[Then, one morning|After two weeks|One day], a green [tip|shoot] looked out of the earth! {A} [was so happy that {Ahe} hugged {E}|clapped and laughed|danced around it].",
          "The plant grew " + parts + ", and at the end of summer there was " + result + ".",
          s.maybe("{A} shared it with all {Ahis} friends.", "{A} showed it to everyone.", "{A} gave the first piece to {E}.") if plant not in ("rose", "sunflower") else "{A} showed it to everyone.")
    s.moral("good things need time", "patience makes the sweetest fruit", "a seed grows in its own time", "those who wait and care will be rewarded", elder="E")


def storm(s):
    s.begin("kind|generous|careful|friendly|helpful|wise", "fine|fine|wind|wind", named=None)
    s.cast("B")
    s.cast("C")
    a = s.people["A"]
    s.set(spot=s.spot(), home=a.home)
    s.say(s.one_day() + "[the sky turned dark|black clouds came over the hills|the wind began to howl], and a [great|wild|terrible] storm broke loose.",
          "{A} [ran home|hurried home|shut the door] and [lit a candle|made some hot soup|pulled the blanket close].",
          s.maybe("\"I am glad to be inside,\" {Ahe} said."))
    s.para()
    s.say("[Knock, knock, knock!|Then there was a knock.|Suddenly someone knocked.] {A} [opened|looked out]. There stood {B+}, wet [to the bone|through and through]. \"[May I come in|Please let me in]? [The wind took my roof away|I lost my way in the storm|My home is full of water].\"",
          "\"[Of course|Come in, come in]!\" said {A}. [\"There is enough room for two.\"|]",
          "[Hardly had they sat down when|A little later] there was another knock. {C+} stood in the rain, [shaking with cold|with a small bundle].".replace("{C+}", "This time {C+}"),
          s.pick("\"Come in,\" said {A}.", "\"There is no more room,\" said {B}. But {A} said, \"[If we sit close, there is room for three|We will move closer together].\"", "\"Come in,\" said {A} and {B} together. \"[If there is room for two, there is room for three|We will sit a little closer].\""))
    s.say("So they sat close together. [{A} shared the soup, and {B} told funny stories|{A} shared the bread, and {C} sang|{B} told funny stories, and {C} played a little flute].",
          s.maybe("Soon nobody was afraid of the storm.", "The thunder seemed far away.", "And because they sat so close, they were all warm."))
    s.para()
    s.say("In the morning the sun shone. [But the storm had broken {A}'s door|But part of {A}'s roof was gone|But a tree had fallen across {A}'s path].",
          "\"Now it is our turn,\" said {B}, and [before noon everything was repaired|the three of them put everything right].",
          s.maybe("They stayed friends for [ever|many years].", "After that they met every week for soup and stories.", ""))
    s.moral("there is always room for a friend", "a small house is big when the heart is big", "those who open the door to others are never alone", "sharing keeps everyone warm")


PLOTS = [lost_and_found, quarrel, fear, promise, kindness_returned, lie_and_truth, building, patience, storm]
