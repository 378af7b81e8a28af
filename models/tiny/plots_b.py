# SPDX-License-Identifier: MIT
"""Plots, second half."""
from plots_a import GLAD, HELLO


def learning(s):
    s.begin("hopeful|eager|clumsy|shy|cheerful|determined")
    s.cast("B")
    s.elder()
    skill, doing, fail, tip, event, shine = s.pick(
        ("play the flute", "playing", "the flute only squeaked like a door", "Breathe slowly and let the air do the work", "the summer feast", "the flute sang like a bird, and everyone began to dance"),
        ("skate", "skating", "{Ahe} fell on the ice again and again", "Bend your knees and look ahead", "the winter feast", "{Ahe} glided across the ice like a swan"),
        ("swim", "swimming", "{Ahe} splashed and swallowed a lot of water", "Lie on the water as if it were a bed", "the day of the boats", "{Ahe} swam all the way to the raft and back"),
        ("bake bread", "baking", "the bread came out as hard as a stone", "Be gentle with the dough and let it rest", "the harvest feast", "the bread was soft and golden, and not a crumb was left"),
        ("ride a bicycle", "riding", "{Ahe} wobbled and fell into a bush", "Look where you want to go and not at your feet", "the spring parade", "{Ahe} rode at the front of the parade with ribbons flying"),
        ("paint", "painting", "the picture looked like a puddle of mud", "Look at a thing for a long time before you paint it", "the market fair", "people stood in front of the picture and smiled"),
        ("whistle", "whistling", "only air came out", "Make your lips small and think of a bird", "the singing day", "the whistle was so clear that the birds answered"),
        ("juggle", "juggling", "the balls fell on {Ahis} head", "Begin with one ball, then two, then three", "the town fair", "all three balls flew through the air, and the crowd clapped"),
        ("dance", "dancing", "{Ahe} tripped over {Ahis} own feet", "Listen to the drum first, and your feet will follow", "the moon feast", "{Ahe} turned and leaped as light as a leaf"),
        ("sew", "sewing", "the thread was full of knots", "Make small stitches and do not hurry", "the first day of winter", "{Ahe} wore a warm coat that {Ahe} had sewn all by {Aself}"))
    s.set(skill=skill, doing=doing, event=event, spot=s.spot())
    s.say("[More than anything, {A} wanted to|{A} had one wish: to|{Ahis} greatest dream was to] {skill}.", s.one_day() + "{Ahe} tried [for the first time|it {spot}], but {fail}.".replace("{fail}", fail),
          "{B+} saw it and laughed. \"[You will never learn|Give it up],\" said {B}." if s.chance(.5) else "\"[I am no good at this|I will never learn it|It is too hard],\" {A} said [sadly|with a sigh].")
    s.para()
    s.say("But {E+} had [watched|seen everything]. \"[I could not do it either when I was small|Everyone falls before they fly|Nobody can do it on the first day],\" {Ehe} said. \"" + tip + ".\"",
          "[So {A} tried again|{A} nodded and tried once more], [the next day too|and again the day after], and [every day after that|every day of that week].",
          s.maybe("On some days it went well, and on some days it did not.", "Each day it went a little better.", "When {Ahe} was tired, {Ahe} rested, but {Ahe} did not give up."))
    s.para()
    s.say("Then came {event}. {A} [was nervous|felt butterflies in {Ahis} tummy|took a deep breath]. [But|And then] " + shine + ".",
          "\"[I was wrong to laugh|I am sorry that I laughed],\" said {B}. \"[Will you teach me|Can you show me how]?\" [\"Gladly,\"|\"Of course,\"] said {A}." if "B" in s.people and any("laughed. \"" in x for p in s.paragraphs for x in p)
          else "\"[You see|Well done],\" said {E}, and {Ehis} eyes [were shining|twinkled].")
    s.moral("practice makes hard things easy", "those who fall and get up again will learn", "a little practice every day goes a long way", "nobody is born a master", elder="E")


def proud_race(s):
    s.begin("proud|boastful|vain", "fine|fine|wind")
    s.cast("B")
    contest, brag, slow, why, how = s.pick(
        ("run to the big stone", "the fastest", "slow", "lay down in the shade for a little nap and fell fast asleep", "kept walking, step by step, and did not stop once"),
        ("climb to the top of the hill", "the best climber", "short", "stopped to show everyone a trick, slipped, and slid all the way down", "climbed carefully and looked for a safe place for every step"),
        ("row across the water", "the strongest", "thin", "rowed so wildly that the oar broke", "rowed with calm, even strokes"),
        ("carry a full bucket to the tree", "the quickest", "slow", "ran so fast that all the water spilled out", "walked slowly and did not spill a drop"),
        ("build a tower of stones", "the cleverest", "quiet", "piled the stones so quickly that the tower fell down", "chose every stone with care"),
        ("find the way through the maze", "the smartest", "quiet", "ran left and right without thinking and got lost", "made a small mark at every corner"))
    s.set(contest=contest, brag=brag)
    s.say("{A} was {brag} of all, and [told everyone so|said so every day|never got tired of saying so].", "\"Look at me! I am {brag}!\" {Ahe} [would say|said again and again].",
          "{A} laughed at {B+}, who was {slow}.".replace("{slow}", slow))
    s.para()
    s.say("\"[Let us have a contest|Let us see],\" [said {B} one day|{B} said quietly]. \"[We will both|Let us both] {contest}.\" {A} laughed [until {Ahis} sides hurt|loudly]. \"[You against me|That will be easy]!\"",
          "[Everyone came to watch|All the neighbors came to watch|A crowd gathered]. \"[One, two, three, go|Ready, set, go]!\" {A} was [far ahead at first|in front at once], and " + why + ".",
          "{B} " + how + ".", s.maybe("The crowd became very quiet.", "Some began to cheer.", ""))
    s.para()
    s.say("[And so {B} won|{B} won the contest], and [everyone cheered|the crowd cheered loudly]. {A} [turned red|hung {Ahis} head|could not believe it].",
          "{A} [expected|was sure] that {B} would laugh at {Ahim}. But {B} [held out a hand|smiled] and said, \"[You are very good. Next time, take your time.|It was a good contest. Shall we have some lemonade?|You are {brag}, but today I was careful.]\"",
          s.pick("\"I am sorry that I laughed at you,\" said {A}. They became friends.", "{A} was ashamed, and said sorry. After that {Ahe} did not boast any more.", "From then on {A} cheered for others too."))
    s.moral("it is better to be careful than to boast", "pride comes before a fall", "slow and steady often wins", "one should never laugh at others")


def greedy(s):
    s.begin("greedy|hungry|selfish", "fine|fine|wind")
    s.cast("B")
    s.cast("C")
    food, place, trouble = s.pick(
        ("ripe berries", "bush full of ripe berries", "ate so many that {Ahis} tummy hurt"), ("sweet honey", "hollow tree full of sweet honey", "got stuck in the hollow tree, because {Ahe} had eaten too much"),
        ("nuts", "tree full of nuts", "filled the sack so full that it burst, and all the nuts rolled down the hill"), ("apples", "wild apple tree", "piled the apples so high that the cart tipped over"),
        ("sweet pears", "pear tree that nobody owned", "ate so many that {Ahe} could not move"), ("mushrooms", "place full of mushrooms", "carried so many that the basket broke and all of them fell into the stream"),
        ("chestnuts", "great chestnut tree", "hid all the chestnuts, and then forgot where they were"))
    s.set(food=food, place=place, spot=s.spot())
    s.say(s.one_day() + "{A} found a {place} {spot}.", "\"[All for me|These are all mine|I will not tell anyone]!\" {Ahe} [said|cried|whispered].".replace("These are all mine", "All of it is mine"),
          "{B+} and {C+} " + "came by. \"[May we have some|Will you share with us|We are hungry. May we have a little]?\" asked {B}.",
          "\"No,\" said {A}. \"[I found it|I was here first|There is not enough].\" [They went away sadly.|So they went away with empty hands.]")
    s.para()
    s.say("{A} [wanted to have it all|could not get enough], and {Ahe} " + trouble + ".",
          "\"[Oh dear! Help|Oh no! Help|Help, help]!\" cried {A}. [{Ahe} felt very foolish.|]",
          "{B} and {C} [heard it and came running|came back when they heard it]. They did not say one angry word.",
          s.pick("They helped {Ahim} until all was well again.", "{C} took care of {A}, and {B} went to get help."))
    s.para()
    s.say("\"[Why are you so kind to me|Why did you help me]?\" asked {A}. \"[Because you needed help|That is what neighbors do],\" said {C}.",
          "{A} [was ashamed|thought about this for a long time]. [The next day|The next morning] {Ahe} brought {Bhim} and {C} a [big|full] basket of {food}, and they [ate together|had a feast]. [Never had the {food} tasted so good.|]".replace("{Bhim} and {C}", "{B} and {C}"))
    s.moral("food tastes better when it is shared", "those who want everything may lose everything", "enough is better than too much", "a generous heart is never empty")


def newcomer(s):
    s.begin("kind|friendly|curious|gentle|thoughtful")
    c = s.cast("B")
    odd, talk, trouble, help_ = s.pick(
        ("was very tall", "too tall for our games", "The ball landed on the roof, and nobody could reach it", "reached up and took the ball down"),
        ("spoke with a strange accent", "hard to understand", "A traveler came who was lost, and nobody understood his words", "knew the language and showed the traveler the way"),
        ("was very quiet", "too quiet to be any fun", "A little lamb had run away, and all the noise frightened it", "sat down quietly until the lamb came and laid its head in {Bhis} lap"),
        ("had big round glasses", "funny to look at", "The smallest child lost a ring in the tall grass", "looked carefully and found the ring in a minute"),
        ("came from a faraway land", "not one of us", "The cook fell ill just before the feast", "cooked a soup from {Bhis} faraway land, and everybody wanted more"),
        ("always looked at the stars", "a dreamer", "Night fell on the way home, and nobody knew where to go", "pointed to the north star and led them home"),
        ("walked with a stick", "too slow to play with us", "The kite was caught in a branch", "reached up with the stick and set the kite free"))
    s.set(spot=s.spot())
    s.say(s.one_day() + "[someone new came to {here}|there was a new face in {here}]. It was {B+}, who " + odd + ".",
          "\"[{Bhe} is|That one is] " + talk + ",\" the others [whispered|said]. [Nobody wanted to play with {Bhim}.|And they turned away.]",
          "{B} sat all alone {spot} and [looked at the ground|drew in the sand|tried not to cry].")
    s.para()
    s.say("{A} saw it and [felt sorry.|thought, \"I would not like to be so alone.\"]", "{Ahe} [went over|sat down next to {Bhim}]. \"[Hello, I am|Hello! My name is] {A!}. [Do you want to play|Would you like half of my apple|Shall we play together]?\"" if s.people["A"].called
          else "{Ahe} sat down next to {Bhim}. \"[Hello|Good day]! [Do you want to play|Would you like half of my apple|Shall we play together]?\"",
          "{B} [smiled for the first time|looked up and smiled|nodded shyly]. [They talked and laughed all afternoon|Soon they were laughing together|They found out that they liked the same songs].",
          "But the others [only shook their heads|still stayed away].")
    s.para()
    s.say("Then [one evening|a few days later|one day] something happened. " + trouble + ".", "\"[Let me try|Maybe I can help],\" said {B}. And {Bhe} " + help_ + ".",
          "[Everyone clapped|The others stared, and then they cheered]. \"[We were wrong about you|We are sorry],\" they said. \"[Will you play with us|Will you be our friend too]?\"",
          s.maybe("{A} smiled, for {Ahe} had known it all along.", "{B} laughed and took {A} by the hand.", "From that day on, nobody sat alone in {here}."))
    s.moral("being different is a gift", "a kind word can open a heart", "one should get to know others before judging them", "a stranger may be a friend whom we do not know yet")


def lost_baby(s):
    s.begin("gentle|kind|caring|curious|dreamy", "fine|fine|rain|wind")
    s.elder()
    baby, desc, food, home, sign = s.pick(
        ("duckling", "yellow and as soft as wool", "bread crumbs and water", "the pond", "a mother duck was calling and calling"), ("little star", "so bright that it lit up the whole room", "a bowl of moonlight", "the sky", "there was an empty place between the other stars"),
        ("baby seal", "white and round", "small fish", "the open sea", "a big seal was waiting beyond the waves"), ("young swallow", "small and dark, with a tired wing", "seeds and drops of water", "the warm south", "all the other swallows were gathering to fly away"),
        ("fawn", "brown, with white spots on its back", "clover and milk", "the woods", "a deer stood at the edge of the trees and waited"), ("baby cloud", "soft and damp and no bigger than a pillow", "a cup of steam", "the sky", "a great white cloud was drifting slowly over the hill"),
        ("baby dragon", "green, with very small wings", "roasted chestnuts", "the mountains", "a big dragon was circling high in the air"), ("little owl", "all fluff and big eyes", "bits of supper", "the tall trees", "somebody hooted softly in the night"))
    s.set(baby=baby, spot=s.spot())
    s.say(s.one_day() + "{A} found a {baby} {spot}. It was " + desc + ", and it was [all alone|lost and frightened].",
          "\"[Poor little thing|Do not be afraid],\" said {A}. [{Ahe} took it home|{Ahe} carried it home carefully] and gave it " + food + ".",
          "{A} [loved it more and more|had never had such a good friend]. \"[Stay with me forever|I will keep you forever],\" {Ahe} said.")
    s.para()
    s.say("But the {baby} grew [sad|quiet]. [Every evening|At night] it [looked out of the window|sighed].", "\"What is the matter with it?\" {A} asked {E+}. \"[It is homesick|It misses its family],\" said {E}. \"It belongs to " + home + ".\"",
          "\"[But I love it|But then I will be alone],\" {Ahe} said. \"[If you love it, you will know what to do|Love does not hold too tight],\" said {E}.")
    s.para()
    s.say("That [evening|night] {A} carried the {baby} outside. [There|Sure enough,] " + sign + ". {A} [opened {Ahis} hands|kissed it and let it go|put it down]. \"[Go home, little one|Good-bye, my friend],\" {Ahe} [whispered|said].",
          "The {baby} [looked back once more|turned around one last time], and then it was [home|with its family] again. [{A} cried a little, but {Ahe} was happy too.|]",
          s.maybe("And every year, on that same night, it came back to visit.", "Sometimes, at night, {A} looked up and smiled.", "The next spring it came back to say hello.", ""))
    s.moral("to love someone sometimes means to let go", "true love gives freedom", "everyone needs a home of their own", "those we love stay in our hearts")


def strange_noise(s):
    s.begin("curious|nervous|clever|jumpy|brave", "fine|wind|cold|fog|rain")
    s.cast("B")
    noise, guess, truth, then = s.pick(
        ("scratch, scratch", "a monster with long claws", "It was only a branch that scratched at the window in the wind", "They tied the branch back with a string"),
        ("tap, tap, tap", "a ghost knocking on the wall", "It was only a woodpecker with a hungry tummy", "They gave the woodpecker some seeds"),
        ("whoo, whoo", "a wolf from the mountains", "It was only the wind, blowing over an empty bottle", "They took the bottle home and used it for flowers"),
        ("clank, clank", "a robber with a bag of chains", "It was only a goat with a tin pot stuck on its foot", "They pulled off the pot, and the goat was thankful"),
        ("squeak, squeak", "a giant rat", "It was only an old gate that needed a drop of oil", "They oiled the gate, and all was quiet"),
        ("rustle, rustle", "a snake as long as a road", "It was only a hedgehog making its bed of leaves", "They wished the hedgehog a good night"),
        ("splash, splash", "a sea monster", "It was only a baby otter learning to swim", "They clapped for the little otter"),
        ("hoo, hoo", "a ghost with no head", "It was only a young owl that had fallen from its nest", "They put the little owl back in its nest"))
    s.set(noise=noise, guess=guess, spot=s.spot())
    s.say("One night {A} [woke up|could not sleep]. [There was a noise outside|{Ahe} heard a strange noise]: {noise}.", "{Ahe} [pulled the blanket over {Ahis} head|sat up in bed|held {Ahis} breath]. {noise}, it went again. \"[It must be|Surely that is] {guess}!\" {Ahe} thought.".replace("{noise}, it", "\"{noise},\" it"))
    s.para()
    s.say("{A} [ran to|woke] {Ahis} friend {B~}. \"[Listen! Do you hear it|Do you hear that|Do you hear it]?\" {Ahe} whispered. \"There is {guess} [{spot}|out there]!\"",
          "{B} [listened|listened too and turned pale|shivered]. \"[Have you seen it|Did you see it]?\" {Bhe} asked. \"[No, I only heard it|No],\" said {A}. \"[Then let us look|Then we do not know yet what it is],\" said {B}.",
          "They [took a lantern|lit a lamp] and [crept outside|tiptoed out], [hand in hand|close together]. {noise}! [The noise came nearer.|It was very near now.] {A} [lifted the light|held up the light].")
    s.para()
    s.say(truth + "! [They looked at each other and laughed|They laughed until their tummies hurt|{A} laughed with relief].", then + ", and [they went back to bed|then they went home and had hot milk|the two friends walked home under the stars].",
          s.maybe("\"In the dark, small things seem big,\" said {B}.", "After that {A} slept like a stone.", "\"Next time I will look first,\" said {A}."))
    s.moral("one should look before being afraid", "most monsters are very small in the light", "fear makes things bigger than they are", "with a friend and a lamp the night is not so dark")


def winter(s):
    s.begin("lazy|merry|carefree|sleepy|playful", "fine", only="animal" if s.chance(.7) else None)
    s.cast("B", only="animal")
    s.set(fun="[sang songs|lay in the sun|chased butterflies|slept in the grass|told jokes]", work="[gathered nuts and seeds|stacked wood|mended the roof|filled the cellar|dried apples and berries]",
          spot=s.spot())
    s.say("All summer long {A} {fun}, and {Ahis} neighbor, {B+}, {work}." if s.chance(.5) else "{Ahis} neighbor was {B+}. All summer long {B} {work}, and {A} {fun}.",
          "\"[Why do you work so hard|Come and play]? [The sun is shining|Winter is far away]!\" [called|laughed] {A}.".replace("Come and play]?", "Must you always work]?"),
          "\"[Winter will come|The cold will come sooner than you think],\" said {B}. \"[You should get ready too|I want to be ready].\" But {A} [only laughed|did not listen].")
    s.para()
    s.say("Then the leaves fell, and [one morning everything was white|the snow came|an icy wind began to blow]. {A} had [no food and no wood|nothing to eat|an empty house].",
          "{Ahe} looked {spot}, but [all the berries were gone|the ground was frozen hard|there was only snow]. [Cold and hungry|Shivering], {Ahe} knocked at {B}'s door.",
          "\"[You were right|I should have listened],\" said {A}. \"[May I come in|Can you help me]?\"")
    s.para()
    s.say("{B} [thought for a moment|looked at {Ahim}] and opened the door wide. \"[Come in and warm yourself|Sit by the fire]. [I have enough for two|There is soup for both of us]. [But next summer you will help me|Next year we will work together].\"",
          "{A} [ate|warmed {Ahis} feet] and was thankful. All winter {Ahe} [sang for {B} by the fire|told stories, and the long nights were merry], and when spring came, {Ahe} [kept {Ahis} word|was the first to start working].",
          s.maybe("They worked in the morning and sang in the evening.", "That next winter, both houses were full and warm.", ""))
    s.moral("there is a time to work and a time to play", "it is wise to think of tomorrow", "those who prepare in summer are warm in winter", "a good neighbor is like a warm fire")


def birthday(s):
    s.begin("kind|thoughtful|loving|clever|gentle|cheerful")
    s.cast("B")
    made, of, love = s.pick(
        ("a necklace", "shells and red string", "put it on at once and wore it every day"), ("a little book", "old paper, with a drawing on every page", "read it three times and laughed at every page"),
        ("a song", "words that {Ahe} had thought of all by {Aself}", "asked to hear it again and again"), ("a lantern", "an old jar and colored paper", "hung it over the door, where everyone could see it"),
        ("a pillow", "soft feathers and an old shirt", "slept on it that very night"), ("a crown", "daisies and green leaves", "wore it like a king all day".replace("a king", "royalty")),
        ("a cake", "the last flour and a few berries", "said that it was the best cake in the world"), ("a wind chime", "little stones and bits of glass", "hung it by the window, and it sang in the wind"))
    s.set(made=made, want="[a golden watch|a shiny bicycle|a silver flute|a big toy ship|a velvet coat]", spot=s.spot())
    s.say("[Tomorrow was the birthday of {Ahis} friend {B~}.|It was almost the birthday of {Ahis} friend {B~}.]".replace(",.", "."),
          "{A} wanted to give {Bhim} something [special|wonderful]. In the shop window {Ahe} saw {want}, but {Ahe} had only [two|three] [copper|small] coins.".replace("[two|three] [copper|small] coins", "[one small coin|two small coins|three small coins]"),
          "\"[I cannot buy anything|It costs too much|I have no present for {B!}],\" {Ahe} [said sadly|thought sadly|sighed].")
    s.para()
    s.say("{A} sat down {spot} and thought. [Then {Ahe} had an idea!|After a while {Ahe} smiled.] \"[If I cannot buy a present, I will make one|I have two hands, so I will make something],\" {Ahe} said.",
          "{Ahe} [worked until late at night|worked all evening|worked for hours] and made {made} out of ".replace("made {made} out of ", "made " + made + (" out of " if made != "a song" and made != "a little book" and made != "a cake" else " from ")) + of + ".",
          s.maybe("It was a little crooked, but it was made with love.", "{Ahe} thought of {B} all the time.", "Twice it went wrong, and twice {Ahe} began again."))
    s.para()
    s.say("At the party the others brought [big boxes with shiny paper|expensive things|toys from the shop]. {A} [held out {Ahis} present shyly|was afraid that {Ahis} present was too small|came last and blushed]. \"[It is not much|I made it myself],\" {Ahe} said.",
          "{B} [opened {Bhis} eyes wide|was silent for a moment|gasped]. \"[You made this for me|Nobody ever made anything for me]! [It is the best present of all|I love it]!\" {B} " + love + ".",
          s.pick(GLAD + ".", "{A} blushed with joy.", "The two friends hugged."))
    s.moral("the best gifts come from the heart", "a gift made with love is worth more than gold", "love cannot be bought", "it is the thought that counts")


def small_hero(s):
    kinds = ["mouse", "sparrow", "snail", "kitten", "frog", "mole", "hedgehog", "squirrel"]
    s.begin("small|little|shy|cheerful|hopeful", only="animal", named=True)
    a = s.people["A"]
    if a.kind not in kinds:
        a.kind = s.pick(*kinds)
        from storywords import ANIMALS
        a.home = ANIMALS[a.kind].split("|")[0]
        s.paragraphs = [[]]
        s.opened = False
        s.say(s.pick("[once upon a time|long ago], {where}, there lived {A+}.", "{A!} was the smallest {Akind} {where}.", "once upon a time there was {A+} who lived {where}."))
    a.size = "tiny" if s.chance(.5) else "little"
    b = s.cast("B", kinds=["bear", "goat", "donkey", "pony", "badger", "elephant", "goose", "pig"])
    trouble, way, done = s.pick(
        ("the key of the {big} was locked inside the house, and there was only a narrow crack under the door", "squeezed through the crack", "pushed the key out from the inside"),
        ("the bell of the tower was silent, because something was stuck in the wheels", "crept in between the wheels", "pulled out an old rag, and the bell rang again"),
        ("the ring of the queen had rolled into a deep, thin pipe", "crawled into the dark pipe", "came out with the ring around {Ahis} neck"),
        ("a baby bird had fallen down a narrow well", "was lowered into the well on a thread", "held the baby bird tight until they were both pulled up"),
        ("the water wheel had stopped, and nobody could reach the little stone that blocked it", "slipped in between the boards", "pushed the little stone away, and the wheel turned again"),
        ("the lamp of the lighthouse had gone out, and the door was stuck", "climbed in through the keyhole", "lit the lamp, just in time for the ships"))
    s.set(spot=s.spot(), big="miller")
    s.say("{A} was so small that [nobody asked {Ahim} for help|the others often did not see {Ahim}|{Ahe} could sleep in a shoe].",
          "\"[I want to help|Let me help|Let me help too],\" {Ahe} would say. \"[You are too small|What can you do],\" said {B+}[, and laughed| every time]. {A} [sighed|felt sad|went away quietly].".replace("What can you do],", "You are much too little],"))
    s.para()
    s.say("One {part}, [there was great trouble|everyone came running]: " + trouble + ".", "{B} [pushed and pulled|tried with all {Bhis} strength], but [it was no use|{Bhe} was much too big|nothing moved].",
          "\"[What shall we do now|Who can help us now]?\" they all [cried|asked]. \"I can,\" said a small voice. It was {A!}. [This time nobody laughed.|Everyone turned around.]",
          "{A} " + way + ". It was [dark and dusty|dark and tight], and {Ahis} heart beat fast, but {Ahe} " + done + ".")
    s.para()
    s.say("\"Hooray for {A!}!\" [everyone cried|they all cheered]. {B} [bowed deeply|took off {Bhis} hat]. \"[I was wrong|I am sorry]. [You are small, but your heart is big|Without you we would have been lost],\" said {B}.",
          s.pick(GLAD + ".", "", "After that, {B} carried {A} on {Bhis} back wherever they went.", "That evening {A} sat in the place of honor."))
    s.moral("even the smallest can do great things", "it is the heart that counts and not the size", "nobody is too small to help", "everyone is good at something")


def warning(s):
    s.begin("stubborn|wild|bold|restless|headstrong|curious", "fine|cold|wind")
    s.elder()
    s.cast("B")
    w, tempt, bad, rescue = s.pick(
        ("Do not walk on the ice. It is still thin", "But the ice shone like glass, and {A} wanted to slide on it", "Crack! The ice broke, and {Ahe} fell into the cold water", "lay down flat, held out a long branch and pulled {Ahim} out"),
        ("Do not eat the red mushrooms", "But the red mushrooms looked so pretty, and {A} took a bite", "Soon {Ahis} tummy hurt so much that {Ahe} could not walk", "brought {Ahim} home and made a bitter tea that helped"),
        ("Do not go into the woods after dark", "But {A} wanted to see the fireflies, and {Ahe} ran deeper and deeper into the woods", "Soon every tree looked the same, and {Ahe} was lost", "came with a lantern and called until {Ahe} answered"),
        ("Do not touch the beehive", "But the honey smelled so sweet, and {A} put a hand into the hive", "Hundreds of angry bees flew out and chased {Ahim}", "shouted, \"Jump into the pond!\" and that saved {Ahim}"),
        ("Do not swim beyond the red buoy", "But the water looked so calm, and {A} swam out further and further", "Then the current took {Ahim}, and {Ahe} could not swim back", "rowed out in a boat and pulled {Ahim} in"),
        ("Do not leave the path in the fog", "But {A} saw a pretty flower just beside the path, and then another one", "When {Ahe} looked up, the path was gone", "rang a bell until {Ahe} found the way back"),
        ("Do not climb on the old wall. The stones are loose", "But from the wall one could see the whole world, and {A} climbed up", "A stone slipped, and {Ahe} hung from the edge by {Ahis} hands", "put up a ladder and helped {Ahim} down"))
    s.say(s.one_day() + "{E+} [said to {Ahim}|warned {Ahim}], \"" + w + ".\"", "\"[Yes, yes|I know, I know],\" said {A}, but {Ahe} [hardly listened|was already thinking of something else|did not really listen].")
    s.para()
    s.say("{B+} [was with {Ahim}|went along]. " + tempt + ".", "\"[Remember what you were told|Stop|Please do not],\" said {B}. \"[Nothing will happen|You are a scaredy-cat|Just this once],\" said {A}.".replace("You are a scaredy-cat", "I am not afraid"))
    s.say(bad + ". \"Help!\" {Ahe} cried.", "{B} [ran|ran as fast as {Bhe} could] to get {E}. {E} came at once. {Ehe} " + rescue + ".")
    s.para()
    s.say("[Wrapped in a warm blanket|When it was all over], {A} [began to cry|was very quiet]. \"[I am sorry|You were right]. [I should have listened|I will listen next time],\" {Ahe} said.",
          "{E} [hugged {Ahim}|was not angry]. \"[I do not warn you to spoil your fun|I was worried because I love you]. [I warn you because I care|I am glad that you are safe],\" said {E}.",
          s.maybe("{A} thanked {B} too, for {Bhe} had been a true friend.", "And {A} never did it again.", ""))
    s.moral("it is wise to listen to good advice", "a warning is a kind of love", "it is better to listen than to be sorry", "a good friend tells you to stop", elder="E")


def sad_king(s):
    s.begin("merry|kind|simple|cheerful|honest")
    s.cast("B")
    q = s.pick("king", "queen")
    s.set(ruler=q, Rhe="he" if q == "king" else "she", Rhis="his" if q == "king" else "her", spot=s.spot())
    s.say("In that land there was a {ruler} who [never smiled|had forgotten how to laugh|was always sad]. [Nobody knew why.|The castle was as quiet as snow.||]",
          "\"[Whoever makes me smile|Whoever makes me laugh] shall have a [chest of gold|bag of gold],\" said the {ruler}.")
    s.para()
    s.say("[Many came to try.|People came from far and wide.|] [The rich brought jewels|A duke brought jewels], [the cooks brought cakes|a cook brought a cake], and {B+} [did a hundred tricks|told a hundred jokes|sang a hundred songs]. But the {ruler} only [sighed|yawned|looked out of the window].",
          "Then {A} came to the castle. [{Ahe} had no gift|{Ahis} hands were empty]. \"[What have you brought|What can you do]?\" asked the {ruler}. \"[I have brought nothing|Nothing special],\" said {A}. \"I only wanted to ask [how you are|what makes you so sad|if you would like to come for a walk].\"",
          "[The {ruler} looked up. |]\"[Nobody has ever asked me that|In all these years, nobody has asked me that],\" {Rhe} said.")
    s.para()
    s.say("So they [walked through the garden|sat {spot}|shared a piece of bread], and the {ruler} talked, and {A} listened [for a long time|until the sun went down]. \"[I have so much gold and not one friend|I have been lonely all my life],\" said the {ruler}.",
          "\"[Now you have a friend|You have one now],\" said {A}. And [slowly, like the sun after rain,|then] the {ruler} smiled.",
          s.maybe("{A} did not want the gold. \"A friend is not for sale,\" {Ahe} said.", "{A} gave the gold to the poor and came to visit every week.", "From then on there was music and laughter in the castle."))
    s.moral("to listen is the best gift", "gold cannot buy a friend", "a kind question can open a heavy heart", "kindness is worth more than gold")


PLOTS = [learning, proud_race, greedy, newcomer, lost_baby, strange_noise, winter, birthday, small_hero, warning, sad_king]
