"""Follow-ups in invented conversations about the news, with the words that each must take over.

A row: the turns before, the follow-up, and what the whole question must hold (any letter case).
None means that the follow-up stands alone and must come back unchanged. Sports, politics, science,
business, culture, disasters, crime; written before the rules were tried on them: 71 of 79 on the
first run.
"""

Turns = tuple[tuple[str, str], ...]

DIALOGUES: tuple[tuple[Turns, str, tuple[str, ...] | None], ...] = (
    # what something has one of
    (
        (("How far did the Tarn glider fly?", "It flew 40 kilometres."),),
        "What about its top speed?",
        ("What is the Tarn glider's top speed",),
    ),
    (
        (("Who shot Berg?", "Olaf Dahl admitted to shooting Berg."),),
        "And his motive?",
        ("What is Olaf Dahl's motive",),
    ),
    (
        (("What is the population of Ardmore?", "Ardmore has 9,000 people."),),
        "How about its area?",
        ("What is the area of Ardmore",),
    ),
    # he, she
    (
        (
            (
                "Who won the women's marathon in Osaka?",
                "Kenya's Mercy Chebet won the race in 2:21:09.",
            ),
        ),
        "How old is she?",
        ("Mercy Chebet",),
    ),
    (
        (("Who is Tomas Lindqvist?", "He is a Swedish geologist."),),
        "Where does he work?",
        ("Lindqvist",),
    ),
    (
        (("What did Chancellor Ana Brandt announce on Friday?", "She announced a fuel subsidy."),),
        "Why did she do it?",
        ("Brandt",),
    ),
    (
        (("Who coaches Riverside United?", "The team is coached by Paolo Denti."),),
        "When did he take over?",
        ("Denti",),
    ),
    (
        (("When did Senator Mark Ellery resign?", "On 3 June."),),
        "Who replaced him?",
        ("Ellery",),
    ),
    (
        (("Did Okafor score in the final?", "Okafor scored twice."),),
        "How many goals has he scored this season?",
        ("Okafor", "goals", "season"),
    ),
    (
        (("Who discovered the comet?", "Amateur astronomer Yuki Tanabe discovered it in March."),),
        "What telescope did she use?",
        ("Tanabe", "telescope"),
    ),
    (
        (("Why was the actress Lena Voss arrested?", "Voss was arrested for fraud."),),
        "What did her lawyer say?",
        ("Voss", "lawyer"),
    ),
    (
        (
            (
                "Who is the new head of the central bank?",
                "Economist Marta Oliveira was named governor.",
            ),
        ),
        "What did she promise?",
        ("Oliveira",),
    ),
    (
        (
            ("Who wrote The Salt Road?", "The novel was written by Daniel Achebe."),
            ("When was it published?", "In 2018."),
        ),
        "What else has he written?",
        ("Achebe",),
    ),
    (
        (
            (
                "What did President Ruiz tell President Novak?",
                "Ruiz told Novak that the border would close.",
            ),
        ),
        "What was his reaction?",
        ("reaction",),
    ),
    (
        (("Which pilot landed the plane?", "Captain Helen Marsh landed it on the river."),),
        "How long has she been flying?",
        ("Marsh", "flying"),
    ),
    # it, its
    (
        (("When did the Calder Bridge collapse?", "It collapsed on Sunday night."),),
        "How long was it?",
        ("Calder Bridge",),
    ),
    (
        (("Who owns the Aurora mine?", "Aurora is owned by Telmar Mining."),),
        "Where is it?",
        ("Aurora",),
    ),
    (
        (("What is the Helios probe?", "Helios is a solar observatory."),),
        "When was it launched?",
        ("Helios",),
    ),
    (
        (("What does the new housing law forbid?", "It forbids short lets."),),
        "When does it take effect?",
        ("housing law",),
    ),
    (
        (
            (
                "Which company bought Delphi Foods?",
                "Delphi was bought by the Norwegian firm Havbruk.",
            ),
        ),
        "How much did it pay?",
        ("Havbruk", "pay"),
    ),
    (
        (
            (
                "Which newspaper first published the leak?",
                "The Daily Beacon published it on Monday.",
            ),
        ),
        "Who is its editor?",
        ("Beacon", "editor"),
    ),
    (
        (("How strong was the earthquake in Tarsia?", "It measured 6.8."),),
        "How many people did it kill?",
        ("earthquake", "Tarsia"),
    ),
    (
        (("What did scientists find in Lake Morva?", "They found a new species of blind shrimp."),),
        "How did they find it?",
        ("scientists", "shrimp"),
    ),
    (
        (("Where was the stolen Vermeer found?", "The painting was found in a garage in Ghent."),),
        "Who stole it?",
        ("Vermeer",),
    ),
    (
        (
            (
                "What did Microbyte unveil in Las Vegas?",
                "It unveiled a folding laptop called Origami.",
            ),
        ),
        "How much will it cost?",
        ("cost",),
    ),
    # they, them, their
    (
        (("Why are the nurses striking?", "They want a pay rise of 12 percent."),),
        "How long have they been on strike?",
        ("nurses",),
    ),
    (
        (("How many miners are trapped?", "Eleven miners are trapped underground."),),
        "Who is trying to reach them?",
        ("miners",),
    ),
    (
        (("Which countries signed the accord?", "Norway, Chile and Ghana signed it."),),
        "When will they ratify it?",
        ("Norway", "Chile", "Ghana"),
    ),
    (
        (("When did Harper and Quinn marry?", "Harper and Quinn married in May."),),
        "Where did they meet?",
        ("Harper", "Quinn"),
    ),
    (
        (("What do the protesters in Lima demand?", "They demand new elections."),),
        "What did the police do to them?",
        ("protesters", "police"),
    ),
    (
        (("Who won the Booker Prize?", "Ines Castro and Tom Reed shared the prize."),),
        "What are their books called?",
        ("Castro", "Reed", "books"),
    ),
    # there, then
    (
        (("Where will the climate summit be held?", "The summit will be held in Nairobi."),),
        "Who will speak there?",
        ("Nairobi",),
    ),
    (
        (("When did the team last win the cup?", "They last won it in 1987."),),
        "Who was the captain then?",
        ("captain", "1987"),
    ),
    (
        (("How many refugees live in Zaatari?", "About 80,000 people live in the camp."),),
        "How many schools are there?",
        ("schools", "Zaatari"),
    ),
    # question words alone
    (
        (("Did the mayor of Lyon resign?", "Yes, he resigned."),),
        "When?",
        ("when", "mayor of Lyon", "resign"),
    ),
    ((("Will the Olympic flame visit Porto?", "Yes."),), "And when?", ("when", "flame", "Porto")),
    ((("Has Air Velo gone bankrupt?", "Yes, it has."),), "Why?", ("why", "Air Velo", "bankrupt")),
    ((("When did the ferry sink?", "On Tuesday."),), "Where?", ("where", "ferry", "sink")),
    (
        (("Where did the avalanche happen?", "Near Chamonix."),),
        "And how many died?",
        ("died", "avalanche"),
    ),
    (
        (("Were workers laid off at Steelco?", "Yes."),),
        "How many?",
        ("how many", "workers", "Steelco"),
    ),
    (
        (("Who rescued the climbers on K7?", "A Polish team rescued them."),),
        "How?",
        ("how", "rescue", "climbers", "K7"),
    ),
    (
        (("Who was elected president of Ghana?", "Esi Mensah was elected."),),
        "When?",
        ("when", "elected", "president", "Ghana"),
    ),
    (
        (("How many people were hurt in the Leeds train crash?", "Nine."),),
        "Where exactly?",
        ("where", "hurt", "Leeds", "crash"),
    ),
    (
        (("What did the court decide about the dam?", "It stopped the work."),),
        "Why?",
        ("why", "court", "dam"),
    ),
    (
        (("Was a suspect arrested in the museum theft?", "A man was arrested."),),
        "Who?",
        ("who", "arrested", "museum"),
    ),
    (
        (("Did Ferrotec sell its tyre unit?", "It sold the unit."),),
        "To whom?",
        ("whom", "Ferrotec", "tyre"),
    ),
    (
        (("Has the vaccine been approved?", "Yes, it was approved."),),
        "By whom?",
        ("whom", "vaccine", "approved"),
    ),
    (
        (("Will ticket prices at the zoo rise?", "Yes, they will rise."),),
        "By how much?",
        ("how much", "ticket prices", "zoo"),
    ),
    (
        (("Did Borealis launch a satellite?", "It launched one."),),
        "From where?",
        ("where", "Borealis", "satellite"),
    ),
    (
        (("Who criticised the budget?", "Three ministers criticised the budget."),),
        "Which ones?",
        ("criticised", "budget"),
    ),
    (
        (("How many medals did Jamaica win in Doha?", "Twelve."),),
        "In which sports?",
        ("sports", "Jamaica", "Doha"),
    ),
    # exchanges
    (
        (("How many medals did Jamaica win in Doha?", "Twelve."),),
        "What about Cuba?",
        ("medals", "Cuba", "Doha"),
    ),
    (
        (("How many people voted in Scotland?", "Two million."),),
        "And in Wales?",
        ("people voted", "Wales"),
    ),
    (
        (("What was the inflation rate in 2019?", "It was 1.8 percent."),),
        "And in 2022?",
        ("inflation rate", "2022"),
    ),
    (
        (("How many goals did Messina score?", "Fourteen."),),
        "How about Ferri?",
        ("goals", "Ferri"),
    ),
    (
        (("What did the Greens say about the tunnel?", "They oppose it."),),
        "And the Liberals?",
        ("Liberals", "tunnel"),
    ),
    (
        (("How many died according to the BBC?", "At least 40."),),
        "And according to Reuters?",
        ("died", "Reuters"),
    ),
    (
        (("According to the Guardian, who started the fire?", "A farmer."),),
        "What does Le Monde say?",
        ("Le Monde", "started the fire"),
    ),
    (
        (("Who is the Danish prime minister?", "Mette Holm."),),
        "And the Swedish one?",
        ("Swedish prime minister",),
    ),
    (
        (("Who won the men's final?", "Ito won."),),
        "What about the women's final?",
        ("won", "women's final"),
    ),
    (
        (("How much snow fell in Boston on Monday?", "Thirty centimetres."),),
        "And on Tuesday?",
        ("snow", "Boston", "Tuesday"),
    ),
    (
        (("When does the library reopen?", "In June."),),
        "And the swimming pool?",
        ("swimming pool", "reopen"),
    ),
    (
        (("Which films did Alba Reyes direct?", "She directed Dust and Harbour."),),
        "Which plays?",
        ("plays", "Alba Reyes"),
    ),
    (
        (
            ("How many seats did Labour win in Ashford?", "Nine seats."),
            ("And the Conservatives?", "Eleven."),
        ),
        "And the Greens?",
        ("seats", "Greens", "Ashford"),
    ),
    (
        (
            ("What is the population of Malta?", "Half a million."),
            ("And Cyprus?", "1.3 million."),
        ),
        "What is its capital?",
        ("Cyprus", "capital"),
    ),
    # demonstratives
    (
        (("What did the airline announce on Monday?", "It announced a merger with SkyNorth."),),
        "Who criticised that announcement?",
        ("airline", "criticised"),
    ),
    (
        (("Why did the government ban glue traps?", "Because they are cruel."),),
        "When was this decision taken?",
        ("glue traps", "decision"),
    ),
    (
        (("Who proposed the sugar tax?", "The health minister proposed it."),),
        "When would that tax begin?",
        ("sugar tax",),
    ),
    (
        (("What was found under the chapel?", "A Viking ship was found."),),
        "Who reported that?",
        ("reported", "chapel"),
    ),
    (
        (("Did the senate reject the trade deal?", "It rejected the deal."),),
        "What does that mean for farmers?",
        ("farmers", "trade deal"),
    ),
    # the topic only
    (
        (("Why was the Lisbon airport closed?", "Because of a strike by controllers."),),
        "How many flights were cancelled?",
        ("flights", "cancelled", "Lisbon"),
    ),
    (
        (("What caused the fire at the Marlow warehouse?", "A faulty heater."),),
        "Was anyone hurt?",
        ("hurt", "fire"),
    ),
    (
        (("Where is the Solveig wind farm?", "Off the coast of Norway."),),
        "How much power does it produce?",
        ("Solveig", "power"),
    ),
    (
        (("Who won the chess final?", "Arun Pillai won."),),
        "What was the score?",
        ("score", "chess final"),
    ),
    # stand alone already
    ((("Who won the chess final?", "Arun Pillai won."),), "What is the capital of Peru?", None),
    (
        (("Why was the airport closed?", "Because of a strike."),),
        "Who wrote the report on coral bleaching in Australia?",
        None,
    ),
    ((("Who is Tomas Lindqvist?", "A geologist."),), "Did Ruiz say he would run again?", None),
    (
        (("How strong was the quake?", "It measured 6.8."),),
        "How many people have lost their homes in Puerto Alto?",
        None,
    ),
    (
        (("When did the ferry sink?", "On Tuesday."),),
        "Is it true that Delphi Foods was sold?",
        None,
    ),
    (
        (("Who owns the mine?", "Telmar Mining."),),
        "Which party won the most seats in the Finnish parliament?",
        None,
    ),
    (
        (("Who owns the mine?", "Telmar Mining."),),
        "Why did the bank raise its interest rate in March?",
        None,
    ),
    (
        (("Where is the wind farm?", "Off Norway."),),
        "How many schools are there in Malta?",
        None,
    ),
)

# A second set, written when the rules were done; 30 of 32 on the first run.
HELD_OUT: tuple[tuple[Turns, str, tuple[str, ...] | None], ...] = (
    (
        (("Which minister lost her seat in Thornbury?", "Education minister Priya Nair lost it."),),
        "Who beat her?",
        ("Priya Nair",),
    ),
    (
        (("What did Judge Amos Kirk order?", "He ordered the release of 40 detainees."),),
        "When did he order that?",
        ("Kirk",),
    ),
    (
        (("How did Rosa Delgado break the record?", "She ran the mile in 4:06."),),
        "And who held it before her?",
        ("record", "Delgado"),
    ),
    (
        (("Who directed Winter Harbour?", "The film was directed by Jun Sato."),),
        "Which prizes did it win?",
        ("prizes", "Winter Harbour"),
    ),
    (
        (("Why did Orbix recall its scooters?", "The batteries caught fire."),),
        "How many did it recall?",
        ("Orbix", "recall"),
    ),
    (
        (("Where did the tornado strike?", "It struck the town of Eldon."),),
        "How fast was it moving?",
        ("tornado",),
    ),
    (
        (("What is the name of the new dinosaur?", "It was named Velora minor."),),
        "Where was it found?",
        ("found",),
    ),
    (
        (("Did the union accept the offer?", "The union rejected it."),),
        "How many members does it have?",
        ("union", "members"),
    ),
    (
        (("When will the Mersey tunnel reopen?", "On 4 May."),),
        "Why was it closed?",
        ("Mersey tunnel",),
    ),
    (
        (("Who painted the mural in Cork?", "Two students painted the mural."),),
        "How long did they need?",
        ("students",),
    ),
    (
        (("Who founded the charity Open Hands?", "Ruth Lane and her brother founded it in 1998."),),
        "What does the charity do?",
        ("charity", "Open Hands"),
    ),
    (
        (("What did the WHO declare on Thursday?", "It declared the outbreak over."),),
        "And what did the health ministry say?",
        ("health ministry",),
    ),
    ((("Did the trial of Max Weller begin?", "Yes, on Monday."),), "Where?", ("where", "Weller")),
    (
        (("How many bees does a hive in Somerset lose each winter?", "A third."),),
        "Why?",
        ("why", "bees", "hive", "Somerset"),
    ),
    ((("Who will play Hamlet at the Globe?", "Idris Cole."),), "Since when?", ("Hamlet", "Globe")),
    (
        (("Was the tanker boarded off Oman?", "It was boarded by marines."),),
        "By whom exactly?",
        ("whom", "tanker", "boarded", "Oman"),
    ),
    (
        (("Has Kestrel Air ordered new jets?", "It has ordered 30 jets."),),
        "How many?",
        ("how many", "jets", "Kestrel"),
    ),
    (
        (("Where did the Prime Minister spend the holidays?", "In Crete."),),
        "With whom?",
        ("whom", "Prime Minister", "holidays"),
    ),
    (
        (("Why did wheat prices fall in Canada?", "Because of a record harvest."),),
        "And in Australia?",
        ("wheat prices", "Australia"),
    ),
    (
        (("How old is the cathedral of Arden?", "About 800 years."),),
        "And the town hall?",
        ("how old", "town hall"),
    ),
    (
        (("How many students applied to Durham in 2020?", "32,000."),),
        "What about 2023?",
        ("students", "Durham", "2023"),
    ),
    (
        (("Which team did Brazil beat?", "Brazil beat Serbia."),),
        "And Argentina?",
        ("which team", "Argentina", "beat"),
    ),
    (
        (("When did Pope Leo visit Manila?", "In January."),),
        "What about Jakarta?",
        ("Pope Leo", "visit", "Jakarta"),
    ),
    (
        (("Who is the Irish finance minister?", "Sean Doyle."),),
        "And the health minister?",
        ("health minister",),
    ),
    (
        (("What did the inspectors find in the kitchen?", "They found mice."),),
        "Who told them about the problem?",
        ("inspectors",),
    ),
    (
        (("What did NASA announce about the Ceres mission?", "NASA announced a delay."),),
        "What is the reason for the delay?",
        ("delay", "Ceres"),
    ),
    (
        (("Why did Turku cancel the festival?", "Because of the heat."),),
        "Will visitors get their money back?",
        ("visitors", "festival"),
    ),
    (
        (("Who leads the rebels in Karam?", "General Issa Dara leads them."),),
        "How many fighters does he command?",
        ("Dara", "fighters"),
    ),
    (
        (("Did the ferry sink?", "Yes."),),
        "Which airline cancelled flights to Iceland in May?",
        None,
    ),
    ((("Who won the election?", "Mensah."),), "What does the word quorum mean?", None),
    ((("Who won the election?", "Mensah."),), "How do vaccines train the immune system?", None),
    (
        (("How fast is the new train?", "320 km/h."),),
        "Did the Bank of England say it would raise rates?",
        None,
    ),
)
