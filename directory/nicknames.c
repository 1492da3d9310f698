/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nicknames. A row begins with the name in full; what follows may stand for it, and it for them. Two short forms of one
 * name do not stand for each other, except in a row that begins with "=", which lists spellings of one name.
 * All are folded (fold.h). Curated by hand: a name that is an everyday word is in here only where it is really usual.
 *
 * Threads: constant data; the index is built anew for each caller.
 */
#include "directory/nicknames.h"

#include <stdbool.h>
#include <string.h>

/* clang-format off */
static const char *const nicknames_rows[] = {
    "abdul abs", "abdullah abdul", "abdulrahman abdul", "abigail abi abbie abby gail", "adam ad", "adrian ade",
    "agnieszka aga", "aidan aid", "alan al", "albert al bert bertie albie", "aleksander alex olek", "aleksandra ola",
    "alessandro alex sandro", "alexander alex alec al xander zander lex sandy sasha sacha",
    "alexandra alex ali lexi lexie sandra sasha sacha", "alexandria alex lexi lexie", "alfred alf alfie fred freddie",
    "alice ali", "alicia ali lici", "alisha ali", "alison ali", "alistair ali al", "amanda mandy",
    "amelia millie milly amy mia", "amelie millie", "anastasia ana stacey tasia", "anastasiia nastia", "andrea andi",
    "andrew andy drew", "angela angie ange", "angelina angie lina", "angharad angie haz", "ann annie nan",
    "anna annie", "annabel annie bel bella anna", "annabelle annie belle bella anna", "anne annie", "anneliese annie",
    "anthony tony ant", "antonia toni", "antony tony ant", "archer archie", "archibald archie",
    "arthur art artie arty", "ashleigh ash", "ashley ash", "augustine gus", "augustus gus", "ayodele ayo",
    "ayomide ayo", "barbara barb babs barbie", "barnaby barney", "bartholomew bart barty", "beatrice bea trixie",
    "beatrix bea trixie", "benedict ben benny", "benjamin ben benji benny benj", "bernadette bernie",
    "bernard bernie", "bethan beth", "bethany beth", "bradley brad", "bridget bridie bridge", "bronwen bron",
    "bronwyn bron", "caitlin cait cat", "cameron cam", "carolina caz", "caroline caz carrie", "carwyn caz",
    "cassandra cass cassie", "catherine cath cathy cat kate katie kitty cate", "catrin cat cati cadi", "cerys cez",
    "charles charlie chas chuck", "charlotte charlie lottie lotte char", "chidinma chi chidi", "chinonso nonso",
    "chloe chlo", "christian chris", "christina chris tina chrissie christie", "christine chris chrissie tina",
    "christopher chris topher kit", "chukwuemeka emeka", "clement clem", "clementine clem clemmie",
    "constance connie", "cordelia delia", "cornelius neil", "courtney court", "cynthia cindy", "dafydd dai daf dave",
    "daniel dan danny", "daniella dani ella", "danielle dani ella", "david dave davey davy dai",
    "deborah deb debbie debs", "declan dec", "delyth del", "denise den", "dennis den", "derek del", "diana di",
    "diane di", "dominic dom", "dominick dom nick", "donald don", "donna don", "dorothy dot dottie dolly",
    "douglas doug dougie", "dylan dyl", "ebony ebs", "edith edie", "edmund ed eddie ted",
    "edward ed eddie ted teddy ned", "edwin ed eddie", "eleanor ellie elle nell nellie nora ella", "elena ellie ella",
    "eleri el", "elijah eli", "elisabeth beth lizzie liz ellie elsie eliza libby bess betty lisa lis",
    "elizabeth beth lizzie liz ellie elsie eliza libby bess betty betsy lisa buffy", "elliot ell",
    "eloise ellie lola elle", "emily em emmy millie emmie", "emma em emmy", "emmanuel manny", "erica ricki",
    "esther essie", "evangeline evie eva", "evelyn evie eve", "ezekiel zeke", "felicity fliss flick lissy",
    "ffion fi fee", "finlay fin finn", "finley fin finn", "finnley finn", "fiona fi fee",
    "florence flo florrie flossie", "frances fran francesca frankie fanny", "francesca fran frankie chess cesca",
    "francesco franco", "francis frank frankie", "franklin frank", "frederick fred freddie freddy",
    "fredrick fred freddie", "freya frey", "gabriel gabe gabi", "gabriella gabby gabi ella", "gabrielle gabby gabi",
    "gareth gaz gar", "gary gaz", "gavin gav", "geoffrey geoff", "george georgie", "georgia georgie george",
    "georgiana georgie", "georgina georgie george gina", "geraint ger", "gerald gerry jerry", "gerard gerry ged",
    "gillian gill jill", "giovanni gio", "giuseppe beppe", "grace gracie", "graham gray", "gregory greg",
    "gruffudd gruff griff guto", "gruffydd gruff griff guto", "guinevere gwen", "gurpreet gurp", "gwendolen gwen",
    "gwendoline gwen wendy", "gwendolyn gwen wendy", "gwenllian gwen llio", "gwilym gwil", "hannah han",
    "harold harry", "harpreet harp", "harriet hattie harri hatty", "harrison harry", "harvey harv", "helen nell",
    "helena lena", "henrietta hettie etta hattie", "henry harry hal", "herbert bert herb", "hollie hol",
    "hubert bert", "hugh hughie huw", "hywel hyw", "ibrahim ibby", "ieuan iui", "ifan ianto", "imogen immy immie",
    "ioan ianto", "iorwerth iori", "isaac zac ike", "isabel izzy bella issy belle isa",
    "isabella izzy bella issy isa", "isabelle izzy bella issy belle", "isla izzy", "isobel izzy issy", "jack jackie",
    "jackson jack", "jacob jake", "jacqueline jackie jacqui", "jakub kuba", "james jamie jim jimmy jem",
    "jamie jay jim", "jane janie janey", "janet jan", "janice jan", "jasmine jas jaz jazz minnie", "jason jay jase",
    "jaspreet jas", "jayden jay", "jeffrey jeff", "jemima jem mima", "jemma jem", "jennifer jen jenny jenni",
    "jeremiah jerry", "jeremy jez jerry jem", "jessica jess jessie", "joanna asia", "joanna jo joanne", "joanne jo",
    "jocelyn joss", "john johnny jack jon", "johnathan jon jonny johnny", "jonathan jon jonny jonty nathan",
    "joseph joe joey jo", "josephine jo josie", "joshua josh", "josiah josh", "judith judy jude", "julia jules",
    "julia julka", "julian jules", "julie jules", "juliet jules", "justin just", "karen kaz", "karolina karo",
    "katarzyna kasia", "katherine kate katie kathy kat kath kitty", "kathleen kath kathy kate katie kat",
    "kathryn kate katie kathy kat kath", "katrina kat trina", "keira kez", "kenneth ken kenny", "kerry kez",
    "kevin kev", "kieran kier", "kimberley kim kimmy", "kimberly kim kimmy", "kirsty kirst", "kristina kris tina",
    "krzysztof krzys", "kwabena kobi", "lachlan lachie", "laura lozza", "lauren loz", "laurence larry laurie loz",
    "lawrence larry laurie loz", "leah lee", "leigha lee", "leonard len lenny leo", "leonardo leo", "leopold leo",
    "lewis lew", "lilian lily lil", "lillian lily lil", "lily lil", "llewellyn llew lew lyn", "llewelyn llew lew lyn",
    "llinos llin", "llywelyn llew lew lyn", "lorraine lori", "louis lou louie", "louise lou lulu", "lowri low",
    "lucas luke", "lucinda lucy cindy", "lucy luce lulu", "lydia lyd", "mackenzie mac kenzie",
    "madeleine maddie maddy mads", "madeline maddie maddy mads", "madison maddie maddy",
    "magdalena lena maggie magda", "magdalena magda", "malcolm mal", "malgorzata gosia", "manpreet man",
    "margaret maggie meg peggy marge mags greta margie", "marged meg mags", "maria ria", "mariam mimi",
    "marianne maz", "marilyn maz", "martha marty", "martin marty mart", "martyn mart", "mary molly polly",
    "mateusz mati", "matilda tilly tilda mattie", "matthew matt matty", "maureen mo", "maurice mo", "maximilian max",
    "maximus max", "maxwell max", "megan meg megs", "meinir mei", "meirion mei", "melanie mel", "melissa mel lissa",
    "mercedes mercy", "meredith merry", "michael mike mick mickey micky mikey", "michaela mickey kayla",
    "michal michalek", "michelle shell chelle mich", "millicent millie milly", "miranda mandy", "miriam mim mimi",
    "mohammed mo moe", "moira mo", "morfydd mo", "morgan mogs", "muhammad mo moe", "myfanwy myf fanny",
    "mykola kolya", "natalia nat", "natalie nat nats", "natasha tash nat tasha", "nathan nat nate",
    "nathaniel nat nate nathan", "niamh neve", "nicholas nick nicky nico", "nicola nicky nikki nic",
    "nicole nicky nikki nic", "nigel nige", "norman norm", "oleksandr sasha", "oliver ollie olly",
    "olivia liv livvy livi olly ollie", "oluwadamilola dami damilola", "oluwafemi femi", "oluwaseun seun",
    "oluwaseyi seyi", "oluwatobi tobi", "ophelia philly", "oscar ozzy", "oswald ozzy", "owain ow", "pamela pam",
    "parminder parm", "patricia pat patsy trish tricia patty", "patrick pat paddy", "paula paulie",
    "penelope penny pen", "percival percy", "persephone seph", "peter pete", "petra pet", "philip phil pip",
    "philippa pippa pip", "phillip phil pip", "phillipa pippa pip", "phoebe phoebs", "piotr piotrek", "poppy pops",
    "rachael rach", "rachel rach", "randolph randy", "raymond ray", "rebecca becky becca bex beck",
    "rebekah becky becca bex beck", "reginald reg reggie", "reuben ben rube", "rhiannon rhi non", "rhodri rhod",
    "rhydian rhyd", "richard rich richie rick ricky dick", "robert rob bob bobby robbie bert robin",
    "roberta bobbie robbie", "roderick rod", "rodney rod", "roger rog", "roland roly", "ronald ron ronnie",
    "rosalie rosie", "rosalind ros rosie", "rosamund ros rosie", "rose rosie", "rosemary rosie rose ros", "rowan ro",
    "rupert rupe", "russell russ", "ruth ruthie", "sabrina bri", "samantha sam sammy sammie", "samuel sam sammy",
    "sandra sandy sand", "sarah sal sally sadie", "sebastian seb bas baz", "selina lina", "serena rena",
    "shannon shan", "sharon shaz", "shaun shauny", "sheila shelly", "sidney sid", "simon si", "simran sim",
    "siobhan shiv sib", "sioned sion", "sionedd sion", "solomon sol", "sophia soph sophie", "sophie soph",
    "stacey stace", "stanislaw staszek", "stanley stan", "stefan stef", "stephanie steph stevie",
    "stephen steve ste stevie", "steven steve ste stevie", "stewart stu", "stuart stu", "susan sue susie suzie",
    "susannah sue susie suzie anna", "suzanne sue suzie suzy", "sydney syd", "sylvester sly", "sylvia syl",
    "tabitha tabby tabs", "tamara tammy tam", "tamsin tam tammy", "tegan teg", "temitope temi", "terence terry tel",
    "teresa terri tess tessa", "thaddeus tad ted", "theodora thea dora teddie", "theodore theo ted teddy",
    "theresa terri tess tessa", "thomas tom tommy", "timothy tim timmy", "tobias toby", "tomasz tomek",
    "tomos tom twm", "trevor trev", "tristan tris", "trystan trys", "tudor tud", "tyrone ty", "ursula ursa",
    "valerie val", "vanessa ness nessa", "verity vee", "veronica ronnie vee", "victor vic",
    "victoria vicky vic tori vicki", "vincent vince vinny vin", "violet vi", "virginia ginny", "vivian viv",
    "vivienne viv", "walter walt wally", "wilfred wilf fred wilfie", "wilfrid wilf fred",
    "william will bill billy liam wills willie willy", "winifred winnie freddie", "winston win", "wojciech wojtek",
    "xavier xav zav", "yasmin yas yaz", "yasmine yas yaz", "yevhen zhenya", "yvonne yve vonnie",
    "zacharias zac zach zak", "zachary zac zach zak zack", "zoe zo", "zuzanna zuzia", "=abby abbie abi",
    "=adam aadam", "=ahmed ahmad achmed", "=aidan aiden", "=aisha aysha ayesha aishah aicha", "=alan allan allen",
    "=aleksander alexander", "=ali aly", "=alicia alisha", "=alistair alasdair alastair alister", "=amy aimee",
    "=anne ann", "=anthony antony", "=arun aroon", "=ashley ashleigh", "=ayaan ayan", "=brian bryan",
    "=bronwen bronwyn", "=caitlin kaitlyn caitlyn katelyn", "=callum calum",
    "=catherine katherine kathryn katharine catharine cathryn", "=catrin katrin", "=cerys carys", "=charlie charley",
    "=chloe khloe", "=connor conor", "=dafydd david", "=daniel danyal", "=elizabeth elisabeth", "=ellie elly",
    "=elliot elliott eliot", "=eric erik", "=evan ifan", "=evie evy", "=fatima fatimah fatema", "=filip philip",
    "=finlay finley", "=francis frances", "=freddie freddy", "=frederick fredrick frederic", "=geoffrey jeffrey",
    "=gillian jillian", "=graham graeme", "=gruffudd gruffydd griffith", "=gwen gwenn", "=hamza hamzah",
    "=hannah hanna", "=harry harri", "=hassan hasan", "=hussain hussein husain hussayn", "=huw hugh",
    "=ibrahim ebrahim", "=ieuan ioan ifan", "=iqra ikra", "=isaac izaak isaak", "=isabel isobel isabelle",
    "=isabella izabella", "=izzy issy izzie", "=jack jac", "=jakub jacob", "=jayden jaden jaiden",
    "=jonathan johnathan jonathon", "=kacper casper", "=katie katy", "=khadeeja khadija", "=khadija khadijah",
    "=kimberley kimberly", "=lawrence laurence", "=layla leila laila leyla", "=lewis louis", "=lilian lillian",
    "=lily lilly lili", "=llewelyn llewellyn llywelyn", "=lucy lucie", "=maddie maddy", "=marc mark",
    "=marian marion", "=maryam mariam meryem mariyam", "=mateusz matthew", "=matthew mathew", "=megan meghan meagan",
    "=mikolaj nicholas", "=millie milly",
    "=mohammed muhammad mohammad mohamed muhammed mohamad muhamed mohamud mohd muhamad", "=musa moosa",
    "=neil neal niall", "=niamh neve nieve", "=nicholas nicolas", "=nikola nicola", "=non nonn", "=oliver olivier",
    "=ollie olly", "=omar umar umer", "=owain owen", "=philip phillip", "=rachel rachael", "=rebecca rebekah",
    "=rhian rian", "=rhys rees reece reese", "=safiyah safiya safia", "=sarah sara", "=sean shaun shawn",
    "=sian shan", "=siobhan shivaun", "=sion shon", "=sophia sofia", "=sophie sofie", "=steffan stefan stephan",
    "=stephen steven", "=stuart stewart", "=tegan teagan", "=teresa theresa", "=tom twm", "=tomasz thomas",
    "=tomos thomas", "=usman uthman osman", "=viktoria victoria", "=yahya yahia",
    "=yusuf yousef yousuf yusef youssef", "=zachary zachery", "=zain zayn zane", "=zainab zaynab zeinab",
    "=zara zahra", "=zoe zoey zoie",
};
/* clang-format on */

static void
nicknames_add(GHashTable *index, const char *from, const char *to)
{
    if (strcmp(from, to) == 0)
        return;
    GPtrArray *others = g_hash_table_lookup(index, from);
    if (others == NULL) {
        others = g_ptr_array_new();
        g_hash_table_insert(index, g_strdup(from), others);
    }
    const char *interned = g_intern_string(to);
    if (!g_ptr_array_find(others, interned, NULL))
        g_ptr_array_add(others, (gpointer)(guintptr)interned);
}

static void
nicknames_add_row(GHashTable *index, const char *row)
{
    bool spellings = row[0] == '=';
    g_auto(GStrv) names = g_strsplit(row + spellings, " ", -1);
    for (guint i = 0; names[i] != NULL && (spellings || i == 0); i++) {
        for (guint j = 0; names[j] != NULL; j++) {
            nicknames_add(index, names[i], names[j]);
            nicknames_add(index, names[j], names[i]);
        }
    }
}

GHashTable *
exeat_nicknames_index(void)
{
    GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < G_N_ELEMENTS(nicknames_rows); i++)
        nicknames_add_row(index, nicknames_rows[i]);
    return index;
}
