/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People of public life whose names are so usual that a pupil, parent or teacher may well have them too: they are meant
 * only where the words around speak of a work, a lesson or an event.
 * Each is folded word by word (directory/fold.h, without possessives), words separated by one space. Sorted by bytes,
 * constant: a new one goes to its place.
 */
#include "policies/detect/works.h"

/* clang-format off */
const char *const exeat_works_namesakes[] = {
    "aaron ramsey", "abigail williams", "adam peaty", "adam price", "adam smith", "akram khan", "alan bennett",
    "alan peat", "alex salmond", "alex scott", "alice walker", "amanda spielman", "amber gill", "amy march",
    "amy winehouse", "andrew tate", "angharad tomos", "anna clyne", "anthony joshua", "anthony nolan",
    "antonin artaud", "ariana grande", "barry john", "ben foden", "ben kinsella", "ben stokes", "ben white",
    "bertolt brecht", "beth march", "beth mead", "beth tweddle", "billie eilish", "bob fosse", "bobby charlton",
    "bobby moore", "bradley wiggins", "brian cox", "brian may", "bridget jones", "bryn terfel", "buddy holly",
    "carl rogers", "carwyn jones", "caryl lewis", "cerys matthews", "charli xcx", "charlotte church", "chloe kelly",
    "chris evans", "chris hoy", "chris martin", "chris packham", "christopher bruce", "clare balding",
    "damilola taylor", "dan brown", "dan walker", "daniel owen", "david almond", "david cameron", "david ross",
    "dean martin", "declan rice", "delia smith", "dic jones", "dolly parton", "dua lipa", "ed balls", "ed miliband",
    "edward heath", "elaine morgan", "elizabeth fry", "elizabeth proctor", "ella toone", "ellie goulding",
    "ellie simmonds", "elton john", "eluned morgan", "emma thompson", "emma watson", "eric clapton",
    "errollyn wallen", "evan james", "faith ringgold", "frank ocean", "frank sinatra", "fred perry", "gary barlow",
    "gavin williamson", "george best", "george eliot", "george harrison", "george michael", "george north",
    "george russell", "geraint thomas", "gillian keegan", "gordon brown", "grace jones", "grace kelly", "gwyn thomas",
    "gwynfor evans", "hannah cockroft", "hans zimmer", "harlan coben", "harold wilson", "harry maguire",
    "harry truman", "henry ford", "henry moore", "hope powell", "hywel harris", "ian rankin", "ian rush",
    "jack grealish", "james anderson", "james brown", "james callaghan", "james corden", "james james",
    "james maddison", "james may", "james patterson", "james simpson", "james watson", "jamie roberts", "jamie vardy",
    "jane considine", "jane goodall", "jasmine harman", "jason kenny", "jay z", "jenson button", "jeremy corbyn",
    "jeremy miles", "jess fishlock", "jess glynne", "jessie j", "jesy nelson", "jimi hendrix", "jimmy page", "jo cox",
    "jo march", "joe root", "john ball", "john dalton", "john green", "john grisham", "john hattie", "john hick",
    "john kennedy", "john locke", "john major", "john proctor", "john snow", "john stones", "john tate",
    "john wesley", "john williams", "johnny cash", "jojo moyes", "joni mitchell", "jonny wilkinson", "jordan baker",
    "jordan henderson", "jordan peterson", "jordan pickford", "joy adamson", "justin bieber", "kate bush",
    "kate roberts", "katherine johnson", "katie mitchell", "katy perry", "keely hodgkinson", "keith richards",
    "kelly holmes", "ken robinson", "kendrick lamar", "kenny rogers", "kevin keegan", "kevin sinfield",
    "kirsty williams", "konstantin stanislavski", "kyle walker", "lando norris", "laura kenny", "lauren hill",
    "leah williamson", "leanne wood", "lee child", "lewis capaldi", "lucy bronze", "luke littler", "mark drakeford",
    "mark haddon", "martha graham", "mary earps", "mary jackson", "mary myatt", "mason mount", "matt haig",
    "matthew bourne", "max verstappen", "max whitlock", "meg march", "michael gove", "michael jordan", "michael kors",
    "michael rosen", "michael sheen", "mick jagger", "miley cyrus", "neil young", "nessa jenkins", "nick clegg",
    "nick gibb", "nicky morgan", "nicola adams", "nicola sturgeon", "nigel farage", "nigel owens", "nina simone",
    "olivia rodrigo", "olly murs", "owen farrell", "paloma faith", "paul simon", "paul smith", "paula radcliffe",
    "peter gabriel", "peter parker", "phil collins", "phil foden", "philip glass", "phillip schofield", "pie corbett",
    "raheem sterling", "rebecca adlington", "reece james", "rhodri morgan", "richard hammond", "ringo starr",
    "rob burrow", "robbie williams", "robert browning", "robert dyas", "robert owen", "robert peel", "robert plant",
    "robert scott", "roger bannister", "roger taylor", "roger waters", "ruby turner", "russell hobbs", "ruth jones",
    "ruth perry", "ruth rendell", "ryan giggs", "sabrina carpenter", "sally rooney", "sam smith", "sam warburton",
    "sammy davis", "sarah storey", "sean paul", "seb coe", "selena gomez", "shane williams", "shirley bassey",
    "simon cowell", "stephen lawrence", "stephen sondheim", "steve backshall", "steve jobs", "steve reich",
    "steve rogers", "steven berkoff", "susan hill", "taylor lautner", "tiger woods", "tim henman", "tim minchin",
    "tim rice", "tom buchanan", "tom hanks", "tom holland", "tom jones", "tom moore", "tom robinson",
    "tommy robinson", "travis scott", "tyler perry", "tyson fury", "vaughan gething", "wayne rooney", "will carling",
    "will greenwood", "will young", "william morgan", "william morris", "william pitt", "william turner",
    "woody guthrie", "zadie smith",
};
/* clang-format on */
const guint exeat_works_namesakes_count = G_N_ELEMENTS(exeat_works_namesakes);
