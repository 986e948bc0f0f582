"""The 3,000 commonest leaked passwords that are long enough and that no other rule refuses.

OWASP ASVS 5.0, 6.2.4. From the frequency list of zxcvbn 4.5.0 (MIT licence), which counts
what was published of stolen passwords; all in the form in which passwords are compared.
"""

from typing import Final

_WORDS = """
maverick hardcore midnight bigdaddy cocacola asdfasdf liverpoo scorpion redskins butthead dolphins
shithead metallic rush2112 creative bullshit 1qazxsw2 airborne brooklyn godzilla 4815162342
darkness lifehack 12qwaszx nintendo pakistan redwings explorer guinness lasvegas christin michigan
carolina alexande dickhead snickers paradise lacrosse bollocks poohbear einstein drowssap spitfire
maryjane svetlana westside 123456789a 1232323q scarface stargate semperfi scotland cherokee
vladimir passport infinity bulldogs budlight usuckballz1 fktrcfylh wildcats logitech swordfis
alexandr motorola patriots colorado freeuser wolverin elizabet valentin spiderma ncc1701d pearljam
predator panthers peekaboo rolltide cardinal chevelle fyfcnfcbz loverboy 123654789 electric
darkside wolfpack blizzard 123456789q cheyenne cjkysirj pussycat airplane freepass billybob
chocolat stingray firebird zeppelin tarheels greenday 01011980 hellfire serenity fireball darkstar
1029384756 pavilion bobafett dbrnjhbz defender precious icecream swordfish presario airforce
thailand bluebird goldfish wrangler cadillac longhorn christia atlantis lonewolf software srinivas
valentina veronika babydoll wordpass devildog soso123aljg mistress montreal wolfgang basketba
stephani shamrock deftones renegade blahblah enterpri babylon5 sweetpea trfnthbyf bigboobs
aardvark butterfl marathon cavalier buckeyes diamonds highland drpepper pornstar 12345678910
sherlock thuglife morpheus wetpussy consumer adgjmptw overlord sundance ultimate ncc1701e geronimo
aleksandr portugal superfly q1w2e3r4t5y6 wrinkle1 seminole alejandr 11235813 concrete christop
trombone rhbcnbyf qazxswedc cdtnkfyf stallion kingkong mongoose bluemoon a1234567 immortal
dietcoke hollywoo 14789632 bonehead ghbdtnbr charlott hongkong ilovesex 1123581321 sebastia
werewolf lollipop eternity super123 cooldude tottenha stocking makaveli verbatim blackcat raistlin
punkrock waterloo musicman seinfeld megadeth gn56gn56 skywalke squirrel stardust qazwsxed twilight
vanhalen intrepid 1234567a punisher showtime ekaterina skittles hannibal panasonic sandiego
portland blackdog californ playtime gangster warriors chargers dingdong mushroom crusader dkflbvbh
stranger guardian slapshot septembe 147896325 rammstein munchkin kittycat 1passwor barcelon
coltrane goodluck katerina shaney14 fuck_inside discover spanking lonestar meridian heather1
stonecol 192837465 lowrider 25802580 zaq1xsw2 tacobell halflife 123698745 kangaroo socrates
formula1 qwerasdf mailcreated5240 asshole1 fuckface vacation penguins 12369874 ragnarok colombia
dodgeram mustangs sithlord scoobydo oblivion titleist bigballs blueeyes mersedes nuttertools
gateway1 peterpan kingston freckles aspirine mariners deadhead rootbeer scooter1 plymouth creampie
justdoit 1234567q lightnin caliente goodtime thankyou brucelee redalert aquarius catherin porkchop
a1s2d3f4 qazwsxedcrfv blackjac chevrole amsterdam spectrum labrador syracuse front242 candyman
commando clitoris pineappl lesbians 8j4ye3uz monopoly romashka 123456aa gangbang spartans snuggles
infiniti 1234567890q cosworth qawsedrf doberman webmaster beefcake godsmack viktoria starbuck
valhalla starfish achilles ncc1701a sailboat jackson1 phillies swingers frontier butthole doughboy
nebraska agent007 pinkfloy dannyboy luckydog whocares vfrcbvrf ihateyou vkontakte mandingo
dilligaf bunghole golfball technics 15426378 aberdeen stripper hurrican rfnthbyf dthjybrf excalibu
lancelot keystone flamingo designer kamikaze warhammer deeznuts macdaddy manchest meatball
eatpussy sentinel 123456789z jamesbon sexygirl billyboy microsof microlab gordon24 pantyhos
01011985 73501505 passwor1 azsxdcfv charlton 01011970 bigmoney fordf150 superstar saratoga
wildfire vladislav greenbay 01011981 maradona chester1 rjirfrgbde rightnow hyperion treasure
meatloaf 01011986 anaconda poontang lionking albatros kenworth happyday holyshit turkey50 ericsson
chickens zxcasdqwe fktrcfylhf polniypizdec0211 crazybab anhyeuem hardrock applepie rockhard
hellyeah skorpion hedgehog australi 1qa2ws3ed 13243546 yosemite karolina starship greatone
freeporn roadkill killbill 78945612 cinnamon backdoor rastaman sojdlg123aljg robotech 18436572
mechanic pingpong rasputin amsterda majestic wrestlin gotohell kingfish passwords lineage2
nwo4life fuckthis kcj9wx5n umbrella r2d2c3po snoopdog splinter underdog megapass p0015123 shannon1
bullseye blackhaw jamesbond tunafish dkflbckfd 123789456 translator gfhjkm123 supersta magicman
caligula 12131415 dfktynbyf deepthroat tazmania tommyboy marino13 vfhufhbnf brighton budweise
getmoney chainsaw eastside 01011989 undertaker snowboar moneyman chrisbln viewsonic penthous
flounder whitesox thanatos panasoni sneakers ghjcnjnfr titanium madison1 intruder gargoyle
newcastl johannes buckshot sunnyday 01011988 goldstar multiplelo motherlode westwood sunflowe
assholes babyblue starfire paintbal knickers lokomotiv winston1 rjycnfynby thirteen hotpussy
philippe avalanch 01011984 idontknow 01011987 zerocool godfather 1x2zkg8w zxasqw12 francesc
paintball syncmaster aleksandra 02071986 southpark cambiami monalisa chuckles gladiator spongebob
03082006 mazafaka meathead barefoot 12345678q cfitymrf blessing clevelan terrapin clarinet
deeznutz traveler pianoman hawkeyes casanova meowmeow andromeda triangle monster1 smeghead
cerberus rockford 1q2w3e4r5 goldwing gabriell crjhgbjy james007 tiberius hayabusa 12345679
salamander 12qw34er thegreat gesperrt whiskers overkill rhfcjnrf montgom240 sersolution rebecca1
spaceman bulldog1 runescape 01011992 megatron illusion roadking 19411945 hoosiers 01091989
leavemealone 14725836 balloons tinkerbell 02071982 12345678a mortgage doghouse blackbir hardcock
135792468 seahawks godfathe bookworm talisman blackjack babyface hawaiian 01011975 mortimer
123456654321 roadrunn 01011993 handyman alphabet digital1 beautifu dutchess tiffany1 idontkno
teddybea valkyrie inuyasha wareagle gameover kittykat wishbone sinister fuckoff1 02021987 02011985
gamecube 02081988 bitchass preacher 02041986 z1x2c3v4 playstation 01011977 claymore checkers
armagedon 02051986 newpass6 02091987 silverad electron rhtdtlrj 12011987 02101985 thunderb
ghostrider blackout 02031986 02021988 123456qw bcfields southpar 02061985 mandarin cannabis
kleopatra tottenham dirtbike 1234567890a jackson5 02011987 slippery bluefish 02091986 1357924680
mollydog 02021986 ghblehjr starcraf cameltoe vasilisa 01011983 elizaveta flexible farscape
borussia yfcntymrf 02081984 scorpio1 fyutkbyf thedoors 02081987 02061986 123qq123 7ugd5hip2j
asdfzxcv pussyman deadpool 01011982 gatorade carpedie 02021984 cameron1 02031984 corleone 02021985
webmaste chrysler 01020304 gabriel1 987456321 binladen buttercu 02081989 21031988 millwall
dragonba stonecold 02011986 istanbul babylove bullfrog 02061989 bobdylan capslock teddybear
02041984 gfhjkmgfhjkm coolness barbados knockers amateurs jayhawks 9293709b13 eldorado soulmate
andromed 50spanks 02021983 kakashka yeahbaby netscape carlitos eastwood microphone coldbeer
fgtkmcby just4fun 1234567891 02021989 02041983 specialk piramida salasana mephisto violetta
spencer1 02051983 smashing fastball q2w3e4r5 buddyboy shitface 02031987 kissmyass radiohea
wildcard maxwell1 02011988 02081986 testpass pringles pinkfloyd insomnia 1a2s3d4f playboy1
02041982 darklord 02041988 02041987 magician telephon vsjasnel12 iverson3 gamecock budapest
yjdsqgfhjkm reckless 02011980 01011979 maksimka kazantip 02101984 concorde pharmacy abnormal
jellybea islander jiggaman classics hooligan 02081985 scrabble hawaii50 wg8e3wjf mazda626 rhjrjlbk
02071984 sweetnes masamune mariposa doomsday excalibur buttfuck marcello 02021982 dynamite
lollypop moonbeam 12365478 inspiron 02061988 02031985 snowboard forsaken katarina fullmoon
sausages stanislav robotics mobydick senators pumpkins windsurf reddevil vfitymrf nevermind
woodland anastasiya 02081982 presiden 02051982 vanguard rjhjktdf firewall 02011984 temppass
02031982 fandango 02061980 pussy123 highheel christma 02061987 icehouse pineapple earnhard
01081989 02091983 zaqxswcde misfit99 02101987 1z2x3c4v platypus 05051987 02041985 radiohead
12051988 spongebo abrakadabra 02101989 vikings1 viktoriya 02071980 reddwarf longjohn 02071987
slamdunk alessandro honolulu 134679852 johndeer windmill bergkamp 02091981 irishman zildjian
02041981 02061983 mudvayne freebird 02091980 02091984 snowflak nygiants playstat webhompas
jefferso comanche monkeybo 02051987 death666 hounddog josephin 02071988 02041979 thisisit 05051985
pallmall fishbone genesis1 clippers 02051988 02081977 22041987 bigblock whiteout 02061984
fuckinside 02031981 123456789s bluebell 08031986 undertak chipmunk mazdarx7 qwe123qwe kjrjvjnbd
lovelife 02051984 02051989 15051981 anastasi 26061987 roadster cbr900rr good123654 zachary1
02021979 highbury koroleva washingt 02061982 02091985 redbaron 11051987 james123 krasotka 10011986
pipeline 7894561230 nascar24 01031988 tkbpfdtnf smirnoff 21031987 starligh 13041988 fishhead
06061986 scoobydoo 02021981 yogibear konstantin terminat ghbywtccf slowhand fuckhead nostromo
survivor cnfybckfd lemonade cocksuck johnson1 02041989 solitude catwoman bearcats 01011978
wanderer 02101986 stephen1 paradigm 02011989 fantasia borabora 74108520 12021988 01061990 gtnhjdbx
02071981 01011960 sundevil armstron 13041987 revolver 02021976 trouble1 jackass1 volkswag 30051985
pool6123 marines1 03041991 02031979 24061986 14061991 wildbill 45m2do5bs 21011989 cleopatr
11081989 coventry sidekick 20061988 02081983 gbhfvblf 22021989 zanzibar highlander 23041987
02011981 tinkerbe 01121986 bluesman threesom 18011987 nautilus everlast 01071986 ghbdtn123
02071983 02021973 12qw12qw longdong ghjcnjgfhjkm 02091989 02071989 asdqwe123 07071987 tokiohotel
sonyericsson pantera1 palmtree 14111986 andyod22 10031988 01041985 handball marseille 19101987
matthias viewsoni 13031987 evangelion 24011985 123456123 sandrine 02081980 28041987 sprinter
02101988 25081988 fearless 01091987 antelope 02021990 barselona buddy123 19061987 fyfnjkbq
12121990 10071987 zxcasdqwe123 fairlane honeybee 13061986 fantomas 17051988 10051987 20111986
gladiato 01011995 25800852 buffalo1 cheshire 28021992 10101986 tomahawk 03041986 bismillah
bigpoppa 01121988 08121986 14021985 margarit pasadena johngalt 02031980 coldplay 04041991
capricorn sweetness 09051945 elcamino trinitro voyager1 02101983 carpente spartan1 12121985
22011988 callisto 02101981 vendetta 11061985 02031989 yamahar1 wildwood foxylady 02041980 27061988
leedsutd 30041986 11051990 dominion 01061986 enforcer derparol 01041988 29071983 f00tball 25031987
21031990 remingto 01011994 29051989 20031987 02051980 04041988 vjqgfhjkm 28011987 rfvfcenhf
16051989 25121987 16051987 08051990 20091991 carnival 05051989 papillon knuckles 29011985 28021990
cutiepie ghjuhfvvf 22021986 freefall 02011983 17061988 baritone mischief hetfield dontknow
sasha_007 18061990 12031985 12031987 calimero 15011987 alexandre 02031977 08081988 whiteboy
21051991 02071978 18091985 02031988 cygnusx1 31011987 firefigh blowfish screamer 20051988 11121986
01031989 harddick sexylady 30031988 02041974 20091988 123456ru wp2003wp 15051990 kordell1 03031986
swinging 01011974 02071979 trucking marijuana 02051978 08031985 noname123 13121985 francisc
02011982 22071986 02101979 obsidian 02051985 dfktynby 02051976 15101986 21101986 lakeside 14021986
suckmydick strawber nokian73 25091987 16121987 02041975 17011987 slimshady whistler 22031984
15021985 01031985 blueball 26031988 chris123 13021990 cassandr 02051973 25041988 paramedi eclipse1
07091990 darkangel 23021986 02051981 smackdow 01021990 argentin moonligh capricor 24111989
21051988 22041988 bigbooty johncena cherries lalakers dogpound universa eggplant fussball 19283746
captain1 vincent1 taekwondo perfect1 capetown sylveste 02051972 cartman1 marseill magellan
hallo123 southpaw 02041978 notebook pufunga7782 goodgirl 02031978 challeng millenium sabrina1
camaross hotgirls 02051977 bubba123 goldfing moonshin sonyfuck mandrake bubbles1 marcius2
navigator hellokitty fkbyjxrf earthlink opendoor stanley1 07071977 02081976 lakewood bluejays
commande gateway2 01011976 ironmaiden destiny1 espresso toriamos ghhh47hj7649 therock1 p4ssw0rd
23skidoo roadrunner 12345qwer 02071975 bordeaux 135798642 supernov optimist ilovegod nightwish
patches1 gsxr1000 hattrick enternow lenochka suckdick intercourse 02061977 02031975 waterboy
mamacita htubcnhfwbz azertyui limewire houston1 stratfor stigmata klondike marijuan hardball
nineinch power123 vauxhall awesome1 funstuff krokodil rfntymrf cabernet sheepdog 02041977 natalie1
montana1 sammy123 baltimor mash4077 cashmone vancouve ilikepie 02071976 123456789m hairball
toonarmy pimpdadd q1234567 theforce scheisse 02061976 sigmachi bigdicks 02101976 riccardo rfhnjirf
dolemite pathfind vqsablpzla modelsne myxworld hellsing rocknrol 02041976 futurama p0o9i8u7
smoothie archange vagabond billabon 22061941 02031973 darkange skateboard evolutio morrowind
plastics zaqwsxcde dominiqu nevermore 02021971 forgetit elisabet aolsucks woodstoc 02011975
scrapper minimoni q123456789 02091976 ncc74656 slimshad friendster dilbert1 blackbird jellybean
01011971 carebear fireblad 02051975 02101977 pornking flamengo 02091975 snowbird lonesome baracuda
singapor herewego 123456789d kamasutra vipergts navyseal masterbate peterbil cucumber 02091977
sasha123 homemade bradley1 warhamme pinnacle flipflop lfitymrf acidburn fellatio jeepster
sexybitch vfntvfnbrf trinity1 cartoons rainyday alleycat escalade rainbows daisydog cocksucker
fyutkjxtr whiplash adrenalin ambrosia 5wr2i7h8 penetration stickman puppydog charisma nightmar
01011973 laetitia 02091973 0192837465 luckyone goldeney dragonfl 02081974 02071971 melanie1
phialpha 10293847 bismarck 12348765 bynthytn mallorca dragster favorite6 beethove normandy
02091971 nounours trumpet1 thumper1 playball guillaum buttercup cambridg treefrog sexybabe
pavement smackdown cannibal asdffdsa nthvbyfnjh 369258147 benessere skipper1 azertyuiop sephiroth
hallowee sparkles 1qazxsw23edc amethyst volleyba bettyboo ticklish 02061974 02061972 mynameis
jupiter1 junkmail longhair 02101973 gannibal skinhead segblue2 montecar candyass special1 02041973
letsdoit allison1 notredam 789654123 alcatraz frankie1 1qazzaq1 virginie dfcbkbcf blacklab
montrose supernova frederik ilovepussy playboy2 motocros lockdown istheman pinetree 1234rewq
rustydog tampabay babycake streaming fidelity capitals dreamcas riffraff playmate fuckme69
pizzaman 1234567899 delpiero wonderboy 02081973 sergbest 02051970 02031974 44332211 cashmoney
left4dead 01011972 123456as 123456qqq 02041972 1234509876 sunlight 02061971 popcorn1 lol12345
bigtruck revoluti feelgood gogators trooper1 tigercat usmarine lebowski madagaskar loverman
dragonballz italiano naughty1 asdfg123 fisherman weare138 alpha123 piercing abracadabra macintos
02011971 crescent eatmenow kicksass rfhfvtkmrf paladin1 lunchbox riversid acapulco rhfcfdbwf
mercury1 ronaldinho masterbating tennesse matchbox parlament goodyear 02081970 hardwood erection
highlife implants bendover supersonic babybear laserjet natedogg sopranos cashflow ghjcnbnenrf
ireland1 alterego claudia1 cantona7 ljxtymrf princesa blueberr bobmarley trinitron flyers88
qwerasdfzxcv mallrats goldeneye tamerlan backbone huskers1 1qw23er4 nineball stewart1 ballsack
flipper1 homepage coolhand greedisgood wonderfu barefeet kcchiefs cheerleaers hillbill macaroni
gigabyte buster12 cyclones jurassic thebeast nemrac58 02031970 flvbybcnhfnjh feathers marauder
redheads godbless greywolf pimpdaddy 123456789r reloaded rfhfylfi 22446688 culinary 1234567aa
phantom1 baberuth asdfqwer outsider blackhawk bigblack valeriya gianluca 1q2q3q4q lavalamp
pertinant redlight kristin1 poophead monterey waterfal minnesot bukowski riverrat daredevi
arizona1 kamikadze alex1234 55bgates bellagio stiletto biohazard as123456 darthvad lilwayne
nopassword 123456789987654321 14785236 nightowl beckham7 trueblue nevermin deathnote copenhag
gallaries dtkjcbgtl fishtank rosewood blackberry 1020304050 deerhunt surveyor pitchers 741258963
dipstick 112233445566 jupiter2 softtail greenman z1x2c3v4b5 smartass 12345677 chewbacc nosferatu
downhill powerman qweasdzx mastermind care1839 atreides monkeyboy nicetits sealteam chopper1
topolino 01011950 happyman stonewal manunited buddydog start123 civilwar deadspin tortoise
waterski dtxyjcnm interacial nightwin passmast eldiablo 1357908642 screwyou badabing foreplay
seductive happines gizmodo1 pizzahut kikimora a1a2a3a4 2wsx3edc sprocket wdtnjxtr bisexual
makeitso 789632145 fishcake libertad fivestar 123456789v kenneth1 bluestar ntktdbpjh paperino
dragonfly suckcock lapochka mike1234 q1q2q3q4q5 maxpower raymond1 crazyman finalfantasy kissmyas
alessand ghbdtnrfrltkf augustin 99762000 nathanie 1z2x3c4v5b gangbanged lovehate hondacbr mamochka
fisherma bismilla 123456987 20spanks kristen1 bigdick1 qaz123wsx 0987654321q yaroslav websol76
hugoboss websolutions sephirot 918273645 timoxa94 mazda323 sokolova skydiver 1234567890z guillerm
stoppedby 123456789o whoknows godspeed foreskin slapnuts rosebud1 sandman1 honeybun letsfuck
pippen33 qw123456 lighthou nancy123 jeffrey1 losangeles leonidas general1 bigbucks tickling
987654321a christophe petrovich dirtydog allstate wachtwoord creepers georgia1 fujifilm daredevil
lionheart catfight vodafone 01011961 valleywa chickenwing101 qq123456 livewire livelife roosters
ilya1234 architec blackops 1qaz2wsx3edc4rfv smirnova a1s2d3f4g5 maurizio zxcvasdf graywolf
3rjs1la7qe macgyver hugetits flathead goofball 123581321 sarajevo rfgbnjirf joystick saxophon
lionhear hillside 24681012 molly123 blackice quant4307s squerting flashman tangerin housewifes
escorpio qazxsw123 ghbdtndctv lincoln1 firestorm ludacris milamber evangeli letmesee hooters1
0o9i8u7y sooners1 glendale scorpions groupd2013 freewill silverado vflfufcrfh cornhole aerosmit
bionicle favorite2 detroit1 shredder wednesda sparhawk firehawk 911turbo funtimes 159753456
timothy1 bajingan frenchie babemagnet 74123698 truffles douglas1 motocross skeeter1 carpediem
scirocco fuzzball rushmore lacrimosa chevys10 madonna1 domenico atlanta1 devilman euphoria
checkmat browndog horsemen jediknig allnight starlite close-up wrinkles snapshot dima1995 thetruth
priyanka dutchman passcode justinbieber 12349876 12345687 pennywis zaq12345 assmunch wellingt
madala11 bettyboop gregory1 hawthorn bernhard dominika vfhbyjxrf lockerroom futyn007 daydream
rocky123 asslover mannheim horseman komputer pictuers ejaculation nastenka toulouse smoke420
fullback dreamcast casablanca salvator pussylover 963258741 vivitron cobra427 armageddon myfriend
qwedsazxc illmatic capoeira shinigami fhvfutljy nocturne churchil thumbnils tailgate neworder
sexymama earthlin basketbal aligator papabear sfgiants billabong monolith ticktock japanees
contortionist alabama1 fantasy1 woodstock fireman1 embalmer woodwork newstart panorama daedalus
fruitbat violator 12345123 knickerless undertow kfcnjxrf masturbation transexual stinger1 landrove
anakonda rfhlbyfk fordtruc archangel greentea morticia evanescence 3edc4rfv longshot starbucks
prelude1 homebrew letmeinn fordf350 michele1 27731828 wingzero qawsedrftg alfarome fantasti
1a2s3d4f5g natascha kennwort q1q2q3q4 diamante pornographic comicbookdb motdepasse braveheart
kickflip arcangel superbow dagobert vfpfafrf babemagn sublime1 buckwhea pussy4me redstorm paramore
imtheman milkyway bigpenis newproject2004 rammstei j3qq4h7h2v lambchop gfhjkm12 dreamer1 cybersex
cowboyup maximus1 manhatta 1213141516 yfnfitymrf 123456789p trousers fishface motherfu ibilltes
maximilian mypasswo marajade morozova princeto hellohel ursitesux 1234kekc duracell sevenof9
corvet07 rdfhnbhf tiberian needforspeed dropkick a123456a vfhnsirf sk8ordie fireblade marishka
gorillaz revival47 ramstein doorknob devilmaycry nemesis1 pennstat shevchenko detectiv evildead
bullwink asmodeus rapunzel deepthro maxpayne montecarlo hernande 123456789l bravehea 12locked
pegasus1 saltydog everques ytngfhjkz businessbabe 123456ab fuckmehard shotokan seahorse everton1
bulldawg monkeyman losangel mastermi geibcnbr ladybird rktjgfnhf ghjdthrf impalass optiplex
santacru ignatius newpass1 heather2 snoopdogg blondinka honeydew fuckthat goldrush avalanche
snowman1 1a2b3c4d5e 12340987 dragrace 22334455 12345612 123456qq capital1 sammydog hulkster
13245768 omegared l58jkdjp! 123mudar samadams 123456789123 sunderla 123qweas kazanova fktyeirf
bluenose waffenss 1a2a3a4a trailers beachbum bubblegum mackenzi hershey1 bugsbunn newport1
hornyman thething solnishko buckeye1 ethernet uncencored rb26dett choppers callofduty rt6ytere
timelord allblack tequiero dickweed firestar fred1234 ghjnjnbg milhouse masterbaiting 123698741
invictus yourmama pontiac1 verygood adventur navigato desperado eightbal aerosmith wingchun
sanity72 partizan utahjazz submarin pussyeat heinlein control1 costaric triplets evergree pyramid1
lebron23 blackbelt housewife cynthia1 temptress russell1 frank123 songbird 43046721 girfriend
jakester falstaff patrizia qwaszx12 goodlife shitfuck 12345678900 russian7 gobigred deborah1
alkaline muffdive cannonda cvbhyjdf raindrop elvis123 citibank fakepass birthday4 nonmembe
parsifal rickster coolgirl motorcyc tenerife fordf250 iloveporn hotbabes fynjybyf tecumseh
blackcock antigone novikova peregrin spartan117 tooltime bonethug tonyhawk laracroft mahalkita
18273645 terriers littlema glennwei 12345654321 fuckshit hornyguy southside bobmarle ilikesex
astonvil account1 maurolarastefy barracud pathfinder asdfg12345 rerfhtre gotyoass grandpri
colossus lasttime pyramids galeries bigpussy astalavista killzone zxcvvcxz duckhunt fuckyeah
bigbutts element1 marketin elbereth blaster1 yamahar6 lindsay1 seattle1 lagwagon misiaczek
smokedog ironhors volkodav penetrating summertime takamine hardwork passthie phaedrus gulliver
domainlock2005 express1 youandme dhjnvytyjub testibil 987654321q thesaint x72jhhu3z theclash
guesswho gymnastic cxfcnkbdfz lemmings r4e3w2q1 schnuffi basebal1 goodfell peaceout davidoff
yesterda headless catdaddy yorktown tryagain 12s3t4p55 momsanaladventure dangerou packard1
excellen jbond007 alligator wellhung monkeyma vaseline cbr600rr doggydog flipmode sonyvaio
sixtynin luscious envision 147896321 369852147 loglatin payton34 123456789k chipper1 uhbujhbq
rsalinas vfylfhby longhorns everquest !qaz2wsx blackass snakeman p455w0rd mysecret panties1
blackcoc blackboy meandyou lancaste polaroid edinburg fuckedup golfclub bookcase worldcup
dkflbvbhjdbx letsplay zolushka barracuda romanova algernon amoremio hd764nw5d7e1vb1 robinhood
machoman pandora1 tomservo nadezhda saab9000 f15eagle greatsex baywatch doggystyle 78963214
zz8807zpl 69213124 sidewind onepiece bruno123 blackbel hatteras asdfjkl; camelot1 rebbyt34
vegas123 aleksander ijrjkflrf lotus123 freiheit drjynfrnt waterpolo cezer121 blondie1 happydog
satellit qazwsxedcrfvtgb facefuck deathrow patterso hawkeye1 5tgb6yhn crocodil splatter buratino
trucker1 ganjaman 1hxboqg2 cheyanne sebastie maddison 4rfv3edc darthvader lifeisgood gooseman
insertions 123masha boogaloo stamford pimpster grapeape winchest francis1 1basebal emmitt22
bignasty 123hfjdk147 caseydog peternorth amarillo a1a2a3a4a5 sweetass babushka vfnbkmlf gotigers
lindsey1 qazxsw12 dropdead hitman47 eleven11 bloopers avangard ginscoot masterkey rootedit
hannover 8phrowz622 angelito badkarma glenwood footlove fastcars pantyhose arabella c3por2d2
dillweed geraldin 5hsu75kpot alexandru teamwork deepblue goodison r2d2c3p0 topsecre mandolin
failsafe priscill trojans1 calamity ufhvjybz hawkwind luv2epus aquafina pepsi123 passwerd 01478520
headshot gbgbcmrf pornpass insertion nyyankee nbuhtyjr fabienne chrissy1 boris123 novifarm
giveitup assassins swallows moonshine hotchick princessa holiday1 miranda1 jamaica1 badnaamhere
085tzzqi universi nevermor 0102030405 seraphim dkflbvbhjdyf 44magnum ultraman redneck1 usmc0311
monique1 alphaman greyhoun carefree 063dyjuy assclown federica hilfiger 100200300 lexingky
akatsuki johndeere mattingl redwing1 moonstar tanechka 34523452 carthage bondarenko mostwanted
steve123 passions prospero barakuda broodwar christy1 flintsto cumeater collecti 1qaz!qaz chemistr
ytrhjvfyn mobbdeep transfor westham1 daffodil pussylicker warehous polarbea anatoliy cableguy
aqualung jimmy123 luckyman kingsize golfing1 marigold saopaulo 3216732167 year2005 joseluis
lalaland indiana1 buffalos anteater redshift summerti ricochet schastie suikoden whoopass vladvlad
gunsling blackie1 gfhjkzytn foxhound ghjvtntq bluedevi licorice thorsten strange1 vergeten
12345432 8phrowz624 stampede sailfish 74185296 allstars bayliner pentium4 mapet123456 phillip1
arsenalfc 32165498 backspac cristiano getsdown wasdwasd redhead1 longlegs 13572468 ducksoup
omsairam asterios searcher tashkent 1asshole milenium illumina buster01 bareback goldfinger
33rjhjds thinkpad bonghits magnavox rooster1 touchdow limpbizkit rhfcfdxbr baphomet afrodita
lovefeet theworld thunderbird forklift creatine pussylov bastard1 skyline1 nolimits billiard
buttplug westlife coolbean ilya1992 pioneer1 123321456 essendon celticfc chillout thelast1
metalgear ronaldo7 vicecity postov1000 oldschool legoland antoshka qwertzui tigger12 rerehepf
solidsnake rockroll titanic1 prashant katharin mymother pennstate 48151623 fightclub showboat
dustydog dominator pleaseme junkyard galadriel charlies 2wsxzaq1 crimson1 behemoth mousepad
metalica rerfhfxf powerade kovalenko 151nxjmt zcxfcnkbdf gy3yt2rgls 159753123 bladerunner orlando1
skateboa destroye snoogans juancarlo gfhfljrc passfind oscar123 derrick1 viper123 shooter1
nighthaw 13576479 browneye 7hrdnw23 jediknight argonaut goodstuf wisconsi abigail1 valdepen
ghjnjrjk zaq1xsw2cde3 codeblue nokian70 footbal1 smuggles krasnodar sixtynine ladygaga venezuel
kochamcie trustn01 davecole nosferat hotsauce bluebear tarantul asd123asd theflash 1footbal
titlover lucas123 sampson1 metropol psychnau vthctltc firework wildcat1 ghtktcnm besiktas minotaur
favorite7 agnieszka 1a2a3a4a5a scruffy1 clitlick redbeard vfvfvskfhfve sandydog favorite8 longdick
mustangg mavericks angelofwar brianna1 slayer666 baldrick lovesexy thissuck characte telecast
repytwjdf thematrix hammerhe gunsmoke margosha ghjcnjghjcnj rocketman flhtyfkby pi314159 televizor
gtkmvtym dreamers strannik steelhea commodor brian123 ibilljpf ghbrjkbcn q1234567890 hibernia
1234567u halfmoon ranchero passion1 birthday1 henderso boscoe01 simpson1 loredana iloveher
fkmnthyfnbdf lostsoul fuckfest spartacu bigstick milashka champagn papichul hrvatska hondacivic
moneybag 246813579 ytyfdbcnm darkmoon playboys tristan1 oriflame thematri multisyn dagestan
satriani rocketma pendrago hellokit bumblebe badlands galactic emachines frontera daisymae
hornyboy tigger01 iwantsex rockydog brasilia southsid ghbdtn12 ctdfcnjgjkm gremlins bigpimpi
classic1 malcolm1 ganjubas funnyman 123456789n biggdogg blowjobs 1jennife evgeniya pinewood
89600506779 notredame funhouse angeleye sweethea imperium salamandra stroller njdevils vittorio
%%passwo rjyatnrf radiance toshiba1 killemall smallville landscap exploite damage11 dzxtckfd
trader12 23176djivanfros artofwar metal666 sobriety karamelka lizaveta 08154711 bluenote tazdevil
katrina1 bigfoot1 fatpussy nonrev67 fairview voltaire qazxswedcvfr dickface lapdance bosstone
danielit mounta1n bluegill ilovemyself thetachi goodtimes blacksun chewbacca galatasaray centrino
hendrix1 vlad1996 sarah123 123456zxc bugsbunny dominic1 freetime internat 159753852 mazinger
inflames laracrof godofwar repytwjd water123 wallace1 qwertyasdfgh goldmine holeinon blueline
windstar newworld catfish1 flapjack robinhoo cyberonline gemstone indahous qwerfdsa kingrich
piramide connect1 astroboy cvzefh1gkc 2wsxcde3 qwertasdfg 1qay2wsx camaroz2 trashman bonefish
azsxdcfvgb peterose iwantyou blastoff 12233445 sexybaby brentfor pheasant thunders blingbling
sensatio maverick1 clinton1 dragons1 sunrise1 pizzapie 987412365 oceans11 748159263 palmetto
4r3e2w1q arsehole banderas xboxlive sylvania
"""

LEAKED_PASSWORDS: Final = frozenset(_WORDS.split())
