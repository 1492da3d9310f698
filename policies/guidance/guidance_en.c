/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * English. Plain words, kind and exact, no blame. A sentence says what to do, not what was done wrong. SMTP replies are
 * ASCII, 70 characters a line.
 */
#include "policies/guidance/guidance-private.h"

static const GuidancePolicy en_policies[] = {
    {
        .policy = "names-in-subject",
        .title = "Names in the subject line",
        .rule =
            "The school's policy asks that nobody is named in a subject line: subjects show on locked screens and in "
            "other people's inboxes. Initials are fine.",
        .steps =
            {
                [EXEAT_GUIDANCE_ANY] = {"Write initials in the subject, and the name in the message itself."},
                [EXEAT_GUIDANCE_OUTLOOK] = {"Open the message from Sent Items and choose Actions, Resend This Message "
                                            "(on the web: Forward, and remove “Fw:”).",
                                            "Click in the Subject box, put initials in place of the name, and send."},
                [EXEAT_GUIDANCE_GMAIL] = {"Open the message from Sent and choose Forward.",
                                          "Next to the recipients choose the small arrow, then Edit subject.",
                                          "Put initials in place of the name, and send."},
                [EXEAT_GUIDANCE_PHONE] = {"Open the message from Sent and tap Forward.",
                                          "Tap the subject line, put initials in place of the name, and send."},
            },
        .reply = "The subject line names a person.\n"
                 "Please put initials there instead and send it again.",
    },
    {
        .policy = "personal-data",
        .title = "Personal data going outside the school",
        .rule =
            "The school's policy asks that personal data leaves the school encrypted, or through one of the services "
            "that the school has agreed for it.",
        .steps =
            {
                [EXEAT_GUIDANCE_ANY] =
                    {"Ask first whether the data needs to go at all, or whether fewer people or "
                     "columns would do.",
                     "If it does, put it in a file with a password, and tell the password by telephone "
                     "or text message, never by e-mail.",
                     "If your school has a secure transfer service for this partner, use that."},
                [EXEAT_GUIDANCE_OUTLOOK] = {"In Word, Excel or PowerPoint choose File, Info, Protect, Encrypt with "
                                            "Password, and save.",
                                            "Attach the saved file to a new message and send it."},
                [EXEAT_GUIDANCE_GMAIL] = {"Download the file as Word or Excel and set a password there; Google's own "
                                          "formats cannot have one.",
                                          "Attach the protected file to a new message; a link shared with “anyone” is "
                                          "not protection."},
                [EXEAT_GUIDANCE_PHONE] = {"Phones cannot set a password on most files: please do this on a computer.",
                                          "If it is urgent, telephone the person instead."},
            },
        .reply = "The message has personal data in it that is not encrypted.\n"
                 "Please protect the file with a password, or use the school's\n"
                 "secure service, and send it again.",
    },
    {
        .policy = "bulk-bcc",
        .title = "Many addresses that everybody can see",
        .rule =
            "The school's policy asks that messages to many people outside go by blind copy (Bcc), so that families do "
            "not see each other's addresses.",
        .steps =
            {
                [EXEAT_GUIDANCE_ANY] = {"Put your own address in To and everybody else in Bcc."},
                [EXEAT_GUIDANCE_OUTLOOK] =
                    {"In the new message choose Options, Bcc (on the web: Bcc at the end of the To "
                     "line).",
                     "Move the addresses from To and Cc into Bcc, and send."},
                [EXEAT_GUIDANCE_GMAIL] = {"In the new message choose Bcc at the end of the To line.",
                                          "Move the addresses from To and Cc into Bcc, and send."},
                [EXEAT_GUIDANCE_PHONE] = {"Tap Cc/Bcc under (or the arrow beside) the To line.",
                                          "Move the addresses into Bcc, and send."},
            },
        .reply = "Many outside addresses can see each other in To and Cc.\n"
                 "Please put them in Bcc and send it again.",
    },
    {
        .policy = "personal-recipient",
        .title = "School work going to a personal mailbox",
        .rule = "The school's policy asks that school work stays in school mailboxes: colleagues and pupils are "
                "written to at "
                "their school address.",
        .steps =
            {
                [EXEAT_GUIDANCE_ANY] = {"Use the person's school address instead.",
                                        "To work on something at home, sign in to your school account there.",
                                        "If this is a parent's or carer's address, ask the office to add it to the "
                                        "school's records."},
                [EXEAT_GUIDANCE_OUTLOOK] =
                    {"If Outlook offers the old address again, choose the × beside the suggestion, "
                     "then pick the school address."},
                [EXEAT_GUIDANCE_GMAIL] =
                    {"If Gmail offers the old address again, remove it in Google Contacts, then pick "
                     "the school address."},
                [EXEAT_GUIDANCE_PHONE] = {"Check the whole address before you send: phones mix private and school "
                                          "contacts."},
            },
        .reply = "A recipient is a personal mailbox.\n"
                 "Please use the person's school address.",
    },
    {
        .policy = "sender-identity",
        .title = "The sender's address",
        .rule = "The school's policy asks that school mail is sent from one's own school account.",
        .steps =
            {
                [EXEAT_GUIDANCE_ANY] =
                    {"Send from the school account that you are signed in with.",
                     "If you write for a shared mailbox, ask the network manager to allow your account "
                     "to use it."},
                [EXEAT_GUIDANCE_OUTLOOK] = {"In the new message choose Options, From, and pick your school address.",
                                            "If it is not there: File, Account Settings, and add your school account."},
                [EXEAT_GUIDANCE_GMAIL] = {"In the new message choose the From line and pick your school address.",
                                          "Under Settings, Accounts, make the school address the default."},
                [EXEAT_GUIDANCE_PHONE] = {"Tap the From line and pick your school account.",
                                          "In the mail settings, make the school account the default."},
            },
        .reply = "The sender's address is not the account that signed in, or is\n"
                 "not one of the school's. Please send from your school account.",
    },
    {
        .policy = NULL,
        .title = "A rule of the school's e-mail policy",
        .rule = "The school's e-mail policy has a rule about messages like this one.",
        .steps = {[EXEAT_GUIDANCE_ANY] = {"Please ask the school office what to change."}},
        .reply = "The school's e-mail policy does not allow this message.\n"
                 "Please ask the school office what to change.",
    },
};

static const GuidanceNoun en_nouns[] = {
    {"names-in-subject", "name", "The name of a person", "names of people"},
    {NULL, "name", "A name together with other personal data", "names together with other personal data"},
    {NULL, "list", "A list of people", "names in a list of people"},
    {NULL, "upn", "A unique pupil number", "unique pupil numbers"},
    {NULL, "uln", "A unique learner number", "unique learner numbers"},
    {NULL, "uci", "An examination candidate number", "examination candidate numbers"},
    {NULL, "nhs", "An NHS number", "NHS numbers"},
    {NULL, "nino", "A National Insurance number", "National Insurance numbers"},
    {NULL, "utr", "A tax reference", "tax references"},
    {NULL, "trn", "A teacher reference number", "teacher reference numbers"},
    {NULL, "dbs", "A DBS certificate number", "DBS certificate numbers"},
    {NULL, "passport", "A passport number", "passport numbers"},
    {NULL, "driving-licence", "A driving licence number", "driving licence numbers"},
    {NULL, "bank-account", "Bank details", "sets of bank details"},
    {NULL, "iban", "Bank details", "sets of bank details"},
    {NULL, "card", "A payment card number", "payment card numbers"},
    {NULL, "postcode", "A postcode with a person", "postcodes with people"},
    {NULL, "address", "A home address", "home addresses"},
    {NULL, "mobile", "A mobile number", "mobile numbers"},
    {NULL, "landline", "A telephone number", "telephone numbers"},
    {NULL, "date-of-birth", "A date of birth", "dates of birth"},
    {NULL, "email", "A private e-mail address", "private e-mail addresses"},
    {NULL, "vehicle", "A vehicle registration", "vehicle registrations"},
    {NULL, "special-category", "Sensitive information about a person (health, needs, belief)",
     "pieces of sensitive information (health, needs, belief)"},
    {NULL, "safeguarding", "Safeguarding information about a person", "pieces of safeguarding information"},
    {NULL, "social-handle", "A name in a social network", "names in social networks"},
    {NULL, "credential", "A password or key", "passwords or keys"},
    {NULL, "password-beside", "The password of a protected file, beside the file itself",
     "passwords of protected files, beside the files themselves"},
    {NULL, "weak-encryption", "A ZIP file with an old kind of password that is easily broken",
     "ZIP files with an old kind of password that is easily broken"},
    {NULL, "common-transfer-file", "A Common Transfer File: whole records of pupils",
     "Common Transfer Files: whole records of pupils"},
    {NULL, "pattern", "Something that the school itself looks for (“{name}”)",
     "places with something that the school itself looks for (“{name}”)"},
    {NULL, "unscannable", "Text that could not be searched in the time allowed",
     "texts that could not be searched in the time allowed"},
    {NULL, "cut-off", "A part that was too large to be looked into", "parts that were too large to be looked into"},
    {NULL, "unreadable", "A file that could not be opened", "files that could not be opened"},
    {NULL, "already-signed", "A digital signature (DKIM) of the school that putting the message right would break",
     "digital signatures (DKIM) of the school that putting the message right would break"},
    {"bulk-bcc", "visible-recipients", "An outside address in To or Cc",
     "outside addresses that can see each other in To and Cc"},
    {"personal-recipient", "own-private", "A private mailbox of your own", "private mailboxes of your own"},
    {"personal-recipient", "staff-private", "A colleague's private mailbox", "private mailboxes of colleagues"},
    {"personal-recipient", "pupil-private", "A pupil's private mailbox", "private mailboxes of pupils"},
    {"personal-recipient", "attachment-to-stranger",
     "A personal mailbox that the school does not know, with an attachment",
     "personal mailboxes that the school does not know, with an attachment"},
    {"sender-identity", "from-outside", "A From address that is not the school's",
     "From addresses that are not the school's"},
    {"sender-identity", "from-other-account", "A From address of another account", "From addresses of other accounts"},
    {"sender-identity", "envelope-outside", "A sender's address that is not the school's",
     "senders' addresses that are not the school's"},
    {"sender-identity", "envelope-other-account", "A sender's address of another account",
     "senders' addresses of other accounts"},
    {"sender-identity", "not-signed-in", "A message sent without signing in", "messages sent without signing in"},
    {"sender-identity", "spf", "A sender's domain that does not permit this mail server",
     "senders' domains that do not permit this mail server"},
    {NULL, NULL, NULL, NULL},
};

const GuidanceLanguage exeat_guidance_en = {
    .code = "en",
    .policies = en_policies,
    .nouns = en_nouns,
    .ordinals = {"the first attachment", "the second attachment", "the third attachment", "the fourth attachment",
                 "the fifth attachment", "the sixth attachment", "the seventh attachment", "the eighth attachment",
                 "the ninth attachment", "the tenth attachment"},
    .nth_attachment = "attachment number {n}",
    .zones = {"in the subject line", "in the message", "in the signature", "in the quoted messages below",
              "in an attachment", "in the name of an attachment"},
    .files = {"a file", "a spreadsheet", "a document", "a PDF", "a presentation", "an archive (such as a ZIP)",
              "a picture", "an attached message"},
    .in_attachment = "in {which}, {file}",
    .programs = {"In any program", "In Outlook", "In Gmail", "On a phone"},
    .found_one = "{noun}",
    .found_many = "{count} {noun}",
    .about = ", about {people} people",
    .clause = "School policy, clause {clause}.",
};
