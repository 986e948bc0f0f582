"""Words and strings that open the lists of guessers. All in lower case.

Short words count too: a password is looked up as it is and without the digits and marks
around it, so "Dragon2027!" is the word "dragon".
"""

from typing import Final

_WORDS = """
password passwort passwd pass p@ssword p@ssw0rd passw0rd pa55word pa55w0rd passpass mypassword
yourpassword thepassword password1 newpassword oldpassword changeme change letmein letmein1 letme
welcome welcome1 bienvenue willkommen hello hello1 hellohello admin administrator adminadmin root
toor superuser sysadmin system operator manager master supervisor guest user username login logon
default test tester testing testtest temp temporary demo sample example secret topsecret secure
security private access open opensesame unlock enter entry key server service support office
company business enterprise internet network computer desktop laptop keyboard monitor windows linux
ubuntu debian macintosh android iphone google facebook twitter instagram youtube microsoft amazon
apple samsung nokia yahoo hotmail gmail linkedin myspace github docker kubernetes oracle mysql
postgres mongodb redis cisco router wireless wifi database backup
qwerty qwertz azerty qwertyui qwertyuiop qwertyuio qwerty1 qwert qwe qweqwe qweqweqwe qweasd
qweasdzxc qazwsx qazwsxedc qaz wsx 1qaz2wsx 1qaz2wsx3edc zaq12wsx zaq1zaq1 1q2w3e 1q2w3e4r
1q2w3e4r5t 1q2w3e4r5t6y q1w2e3 q1w2e3r4 q1w2e3r4t5 qwer1234 1234qwer qwert12345 12345qwert asdf
asdfgh asdfghj asdfghjk asdfghjkl asdasd asdasdasd asdf1234 1234asdf asd zxcv zxcvb zxcvbn zxcvbnm
zxczxc poiuytrewq lkjhgfdsa mnbvcxz poiuy abc abcd abcde abcdef abcdefg abcdefgh abcabc abc123
abcd1234 a1b2c3 a1b2c3d4 a1b2c3d4e5 aa123456 a123456 a12345678 a123456789 aaa111 1a2b3c 1a2b3c4d
123abc 123456a 123456q 1234abcd 123qwe 123qweasd 123123 123123123 12341234 11111111 00000000
88888888 66666666 12121212 11223344 1122334455 112233 123321 12344321 1234554321 123454321
123456 1234567 12345678 123456789 1234567890 0123456789 012345678 987654321 87654321 9876543210
147258369 159753 147852369 789456123 741852963 963852741 321654987 456789123 31415926 314159265
27182818 20202020 10203040 102030405060 13131313 69696969 55555555 77777777 99999999 22222222
33333333 44444444 5201314 1314520 52013145 woaini woaini1314 woaini520 wodemima mima nihao
iloveyou iloveu ilove iloveme iloveyou1 loveyou loveme lovely lover love mylove truelove sweetheart
sweetie honey baby babygirl babyboy angel princess prince queen king kingdom beautiful pretty cutie
friend friends bestfriend forever always family mother father brother sister daddy mommy children
dragon monkey tiger lion panther eagle falcon hawk wolf bear horse dog puppy cat kitty kitten rabbit
turtle dolphin shark spider butterfly chicken penguin elephant giraffe unicorn phoenix dinosaur
football baseball basketball soccer hockey tennis golf softball volleyball cricket rugby swimming
skating running fishing hunting racing boxing wrestling cycling gymnast champion winner player
liverpool chelsea arsenal manchester barcelona realmadrid juventus milan bayern dortmund benfica
yankees lakers cowboys steelers packers redsox eagles rangers dodgers giants broncos raiders
batman superman spiderman ironman hulk wolverine joker avengers pokemon pikachu naruto sasuke goku
dragonball mario luigi zelda sonic minecraft fortnite roblox warcraft starcraft counterstrike
starwars startrek skywalker yoda vader jedi matrix terminator gandalf frodo hobbit legolas hogwarts
harrypotter potter hermione snoopy garfield mickey minnie donald disney simpsons homer
michael jordan jordan23 daniel david robert william thomas charles joseph andrew joshua matthew
anthony jonathan nicholas christopher alexander benjamin samuel jason justin kevin brandon tyler
austin hunter patrick richard george steven edward martin peter maggie ashley jessica jennifer
michelle amanda nicole melissa samantha elizabeth stephanie victoria danielle charlotte charlie
barbara patricia andrea angela maria anna sophie sandra natasha vanessa isabella daniela alejandra
carlos fernando roberto alejandro antonio francisco miguel ricardo thomas1 snowball
summer winter spring autumn january february march april june july august september october november
december monday tuesday wednesday thursday friday saturday sunday sunshine sunflower rainbow
moonlight starlight thunder lightning storm snow snowflake ocean river mountain forest flower
flowers garden rose orchid lily daisy jasmine cherry orange banana apple1 strawberry blueberry
peaches watermelon pumpkin chocolate cookie cookies cupcake candy sugar coffee pepper ginger
cheese pizza hamburger whiskey tequila heineken budweiser marlboro
diamond silver golden gold platinum crystal ruby emerald sapphire purple yellow black white green
orange1 blue red pink colors
mustang ferrari porsche mercedes corvette camaro chevrolet toyota honda yamaha suzuki kawasaki
harley ducati volkswagen lamborghini maserati bmw audi jaguar nissan subaru
guitar piano music metallica slipknot nirvana blink182 beatles eminem rockstar rocknroll drummer
america american england london paris france germany deutschland berlin italia roma espana brasil
canada toronto mexico russia moscow china beijing shanghai taiwan japan tokyo india australia sydney
california newyork chicago texas florida boston dallas denver phoenix1
whatever nothing something anything everything nobody somebody trustno1 trustnoone trust
biteme hottie hotstuff badboy badgirl fuckyou
killer ninja samurai pirate warrior soldier marine sniper hunter1 assassin shadow ghost vampire
zombie demon devil satan lucifer jesus jesuschrist christ church heaven blessed faith grace hope
freedom liberty justice peace victory success happy happiness smile laughter lucky fortune money
million dollars cash bitcoin blockchain
apollo zeus hercules athena poseidon merlin wizard magic mystery legend hero
student teacher school college university science physics chemistry mathematics engineer doctor
hivemind hivemindmaster nodepool node nodes worker workers cluster compute computing grid
correcthorsebatterystaple
"""

COMMON_PASSWORDS: Final = frozenset(_WORDS.split())
