# SPDX-License-Identifier: MIT
"""Who lives in the stories and where: names, kinds of characters, settings, weather, traits."""

# Few enough that each becomes one piece of the vocabulary, seen often: that keeps names straight.
GIRLS = "Mia Lily Anna Rosa Nora Ella Zoe Lucy Clara Emma Maya Ivy".split()
BOYS = "Tom Ben Max Leo Sam Finn Noah Jack Theo Peter Otto Milo".split()
PETS_F = "Willow Clover Hazel Poppy Daisy Honey Pepper Maple".split()
PETS_M = "Pip Rusty Bruno Moss Basil Copper Teddy Acorn".split()
SYLLABLES = ("ba be bi bo da de do el fa fi ga gi ha il jo ka ki la le li lo lu ma mi mo na ne ni "
             "no ol pa pi ra re ri ro sa se si ta ti to tu va vi wa yo za zi zo").split()
NAME_ENDS = "n l r s m k x th ny la na ra ko bin dor mir ta lo mi".split()

# kind -> homes
ANIMALS = {
    "fox": "den|snug den", "rabbit": "burrow|cozy burrow", "bear": "cave|warm cave",
    "mouse": "tiny hole|teapot", "hedgehog": "nest of leaves|leafy nest",
    "squirrel": "hollow tree|nest high in an oak", "badger": "deep burrow|tidy burrow",
    "duck": "nest in the reeds", "frog": "house of reeds", "kitten": "basket by a warm stove",
    "puppy": "little red kennel", "otter": "den by the water", "mole": "tunnel under the grass",
    "goat": "small stone shed", "turtle": "hut of smooth stones", "sparrow": "nest of straw",
    "beaver": "lodge of sticks", "lamb": "warm barn", "pony": "wooden stable",
    "raccoon": "hollow log", "pig": "clean little sty", "hen": "painted henhouse",
    "donkey": "quiet stable", "penguin": "round house of snow", "elephant": "grove of tall trees",
    "lion cub": "den of golden grass", "monkey": "treehouse", "owl": "hollow oak",
    "snail": "flowerpot", "goose": "nest of soft grass",
}
FANTASTIC = {
    "dragon": "warm cave", "robot": "tin shed", "giant": "huge stone house",
    "troll": "house under a bridge", "wizard": "crooked tower", "fairy": "bluebell house",
    "cloud fairy": "castle of mist", "snowman": "garden", "gnome": "mushroom house",
}
PEOPLE = {"shepherd": "hut", "baker": "room above the bakery", "sailor": "small blue boat",
          "farmer": "farmhouse", "painter": "attic", "gardener": "cottage", "knight": "stone tower",
          "fiddler": "small house", "potter": "clay house", "weaver": "cottage"}

# Elders: (how the story first speaks of the person, later mention, pronoun)
ELDERS = [
    ("Mrs. Plum, the baker", "Mrs. Plum", "she"), ("Mr. Finch, the teacher", "Mr. Finch", "he"),
    ("old Tomas, the clockmaker", "old Tomas", "he"), ("Granny Wren", "Granny Wren", "she"),
    ("Captain Reed, an old sailor", "Captain Reed", "he"), ("Aunt Fern", "Aunt Fern", "she"),
    ("Uncle Birch", "Uncle Birch", "he"), ("the wise old owl", "the owl", "she"),
    ("the old tortoise", "the tortoise", "he"), ("the village carpenter", "the carpenter", "he"),
    ("Mrs. Bell, the gardener", "Mrs. Bell", "she"), ("an old shepherd", "the shepherd", "he"),
    ("the gray heron", "the heron", "he"), ("Mother Goose", "Mother Goose", "she"),
    ("{Ahis} grandmother", "{Ahis} grandmother", "she"),
    ("{Ahis} grandfather", "{Ahis} grandfather", "he"),
    ("{Ahis} mother", "{Ahis} mother", "she"), ("{Ahis} father", "{Ahis} father", "he"),
]

# name -> (where the story is set, the short name, good spots for things to happen)
SETTINGS = {
    "forest": ("in a [deep|quiet|green|old] forest|deep in the forest|at the edge of a [great|dark] forest",
               "the forest", "under the old oak|beside the stream|near the mossy rocks|behind a fallen log|"
               "among the ferns|in the sunny clearing|by the hollow tree"),
    "village": ("in a [small|quiet|little] village|in a [small|sleepy] village between two hills",
                "the village", "near the well|behind the bakery|on the village green|under the church clock|"
                "beside the mill|by the stone wall|in the market square"),
    "sea": ("in a small village by the sea|by the sea|near a sandy bay", "the shore",
            "on the beach|beside the old pier|near the lighthouse|among the rocks|in the harbor|behind the dunes"),
    "mountain": ("high in the mountains|at the foot of a [tall|snowy] mountain|on the side of a steep mountain",
                 "the mountain", "by the waterfall|on the rocky path|under the tall pines|near the wooden bridge|"
                 "beside the cold spring|in the high meadow"),
    "farm": ("on a [small|busy|sunny] farm|on a farm at the end of a long road", "the farm",
             "behind the barn|in the apple orchard|near the duck pond|by the wooden gate|in the hay|"
             "beside the pumpkin patch"),
    "river": ("beside a [wide|slow|shining] river|by a bend in the river", "the river",
              "under the willow|by the stepping stones|near the old bridge|among the reeds|on the muddy bank|"
              "beside the water mill"),
    "town": ("in a [busy|bright|little] town|in a town with crooked streets", "the town",
             "in the park|near the fountain|behind the library|beside the station|on the stone steps|"
             "in the market|under the clock tower"),
    "meadow": ("in a [wide|sunny|green] meadow|on the edge of a [flowery|wide] meadow", "the meadow",
               "in the tall grass|by the lone apple tree|near the pond|among the daisies|beside the hedge|"
               "on the little hill"),
    "island": ("on a [small|green|faraway] island|on an island in the middle of the sea", "the island",
               "on the white sand|beside the lagoon|under the palm trees|near the cliffs|by the old boat"),
    "lake": ("beside a [clear|blue|quiet] lake|on the shore of a [cold|calm] lake", "the lake",
             "by the water|on the wooden dock|near the tall reeds|under the birch trees|beside the boathouse"),
    "garden": ("in a [wild|walled|big old] garden|in a garden behind a tall house", "the garden",
               "under the rose bush|by the fish pond|near the garden shed|among the cabbages|beside the fountain|"
               "under the pear tree"),
    "valley": ("in a [green|hidden|peaceful] valley|in a valley full of flowers", "the valley",
               "by the winding path|near the old windmill|beside the brook|under the chestnut tree|on the soft grass"),
}

# weather -> (adjectives for "one ... morning", a sentence about the day)
WEATHER = {
    "fine": ("sunny|bright|warm|fine|clear|golden", "the sun was shining|the sky was blue|birds were singing|"
             "the air smelled of flowers|a soft breeze was blowing"),
    "rain": ("rainy|wet|gray", "rain was tapping on the leaves|puddles shone on the path|"
             "the rain fell softly|big drops fell from the sky"),
    "cold": ("cold|frosty|snowy|chilly", "the grass was white with frost|snow lay on the ground|"
             "every breath made a little cloud|the air was cold and clean"),
    "wind": ("windy|breezy|blustery", "the wind was chasing leaves|the wind hummed in the trees|"
             "the trees were swaying|clouds were racing across the sky"),
    "fog": ("foggy|misty|quiet", "the mist hung low|fog hid the hills|everything was pale and quiet"),
}
DAYPARTS = "morning|morning|morning|day|afternoon"
TRAITS = "kind|curious|cheerful|gentle|clever|merry|friendly|lively|thoughtful|brave|busy|dreamy|helpful|hopeful"
SIZES = "little|little|little|small|young|tiny"
LIKES = ("[loved to sing|liked to hum little songs]|[loved|liked] to watch the clouds|collected smooth stones|"
         "[loved|liked] to ask questions|[loved|liked] warm bread with honey|[loved|liked] to draw pictures|"
         "knew every path by heart|[loved|liked] stories more than anything|always wore a [red|blue|green] hat|"
         "liked to get up before the sun|dreamed of great adventures|could never sit still|"
         "[loved|liked] to count the stars|had [many|a hundred] plans for every day")
