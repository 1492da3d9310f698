/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every page, as routes.c lists them. Each takes a visit that may make it, and gives a reply, never NULL. */
#ifndef EXEAT_OFFICE_PAGES_PAGES_H
#define EXEAT_OFFICE_PAGES_PAGES_H

#include "office/pages/visit.h"

/* first.c */
ExeatHttpReply *exeat_page_first(ExeatVisit *visit);
ExeatHttpReply *exeat_page_language(ExeatVisit *visit);

/* sign_in.c */
ExeatHttpReply *exeat_page_sign_in(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_sign_in(ExeatVisit *visit);
ExeatHttpReply *exeat_page_sign_in_code(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_sign_in_code(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_sign_out(ExeatVisit *visit);

/* enrol.c: the first sign-in */
ExeatHttpReply *exeat_page_enrol(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_enrol(ExeatVisit *visit);

/* waiting.c */
ExeatHttpReply *exeat_page_waiting(ExeatVisit *visit);
ExeatHttpReply *exeat_page_decided(ExeatVisit *visit);
ExeatHttpReply *exeat_page_flagged(ExeatVisit *visit);
ExeatHttpReply *exeat_page_bulk(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_bulk(ExeatVisit *visit);

/* letter.c */
ExeatHttpReply *exeat_page_letter(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_open(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_agree(ExeatVisit *visit);

/* decide.c */
ExeatHttpReply *exeat_page_do_release(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_return(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_undo(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_keep(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_consult(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_answer(ExeatVisit *visit);

/* mine.c: the sender's */
ExeatHttpReply *exeat_page_mine(ExeatVisit *visit);
ExeatHttpReply *exeat_page_mine_letter(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_withdraw(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_fix(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_ask(ExeatVisit *visit);

/* code.c: the sender's sign-in */
ExeatHttpReply *exeat_page_code(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_code(ExeatVisit *visit);

/* audit.c */
ExeatHttpReply *exeat_page_audit(ExeatVisit *visit);
ExeatHttpReply *exeat_page_audit_csv(ExeatVisit *visit);

/* me.c */
ExeatHttpReply *exeat_page_me(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_password(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_away(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_recovery(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_phone(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_phone_code(ExeatVisit *visit);
ExeatHttpReply *exeat_page_do_end_sessions(ExeatVisit *visit);

/* health.c */
ExeatHttpReply *exeat_page_health(ExeatVisit *visit);

#endif
