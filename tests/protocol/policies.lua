-- SPDX-License-Identifier: GPL-3.0-or-later
-- The gate before an MTA that OpenDKIM's authors wrote, with an implementation of the protocol that is neither ours nor libmilter's.
-- Called as: miltertest -s policies.lua -D socket=... -D case=NAME

local function must(what, failure)
    if failure ~= nil then
        error(what .. ": " .. failure)
    end
end

local function expect(what, wanted, got)
    if wanted ~= got then
        error(what .. ": wanted " .. tostring(wanted) .. ", got " .. tostring(got))
    end
end

-- One letter on @conn; @letter: sender, recipients, fields, body.
local function say(conn, letter)
    must("macros", mt.macro(conn, SMFIC_MAIL, "i", letter.id or "miltertest"))
    must("mail", mt.mailfrom(conn, "<" .. letter.sender .. ">"))
    for _, recipient in ipairs(letter.recipients) do
        must("rcpt", mt.rcptto(conn, "<" .. recipient .. ">"))
    end
    for _, field in ipairs(letter.fields) do
        must("header", mt.header(conn, field[1], field[2]))
    end
    must("eoh", mt.eoh(conn))
    must("body", mt.bodystring(conn, letter.body or "Please find the minutes below.\r\n"))
    must("eom", mt.eom(conn))
    return mt.getreply(conn)
end

local clinic = "reception@tamside-physio.example"
local raman = "p.raman@oakfield.sch.uk"

local function fields(subject, to)
    return { { "From", raman }, { "To", to or clinic }, { "Subject", subject } }
end

local cases = {}

function cases.pass(conn)
    expect("reply", SMFIR_CONTINUE, say(conn, { sender = raman, recipients = { clinic }, fields = fields("Minutes") }))
    expect("no change", false, mt.eom_check(conn, MT_HDRCHANGE) or mt.eom_check(conn, MT_HDRDELETE) or mt.eom_check(conn, MT_HDRADD))
end

function cases.rewrite(conn)
    local letter = { sender = raman, recipients = { clinic }, fields = fields("Jamie Hargreaves, Thursday") }
    expect("reply", SMFIR_CONTINUE, say(conn, letter))
    expect("subject", true, mt.eom_check(conn, MT_HDRCHANGE, "Subject", " J.H., Thursday") or
                            mt.eom_check(conn, MT_HDRCHANGE, "Subject", "J.H., Thursday"))
end

function cases.hold_for_one(conn)
    local private = "jamieh.gamer@gmail.com"
    local letter = { sender = raman, recipients = { clinic, private }, fields = fields("Minutes", clinic .. ", " .. private) }
    expect("reply", SMFIR_CONTINUE, say(conn, letter))
    expect("taken out", true, mt.eom_check(conn, MT_RCPTDELETE, "<" .. private .. ">"))
    expect("left in", false, mt.eom_check(conn, MT_RCPTDELETE, "<" .. clinic .. ">"))
end

function cases.hold(conn)
    local letter = { sender = raman, recipients = { clinic }, fields = fields("Minutes"), body = BODY }
    expect("reply", SMFIR_DISCARD, say(conn, letter))
end

function cases.reject(conn)
    local letter = { sender = "someone@elsewhere.example", recipients = { clinic }, fields = fields("Minutes") }
    expect("reply", SMFIR_REPLYCODE, say(conn, letter))
end

function cases.forged(conn)
    local forged = fields("Minutes")
    table.insert(forged, 1, { "X-Exeat-Flag", "H-7K3M-Q9TX-2B4W" })
    expect("reply", SMFIR_CONTINUE, say(conn, { sender = raman, recipients = { clinic }, fields = forged }))
    expect("taken out", true, mt.eom_check(conn, MT_HDRDELETE, "X-Exeat-Flag"))
end

function cases.several(conn)
    for number = 1, 5 do
        cases.reject(conn)
        cases.pass(conn)
        cases.rewrite(conn)
    end
end

function cases.aborted(conn)
    must("mail", mt.mailfrom(conn, "<someone@elsewhere.example>"))
    must("rcpt", mt.rcptto(conn, "<" .. clinic .. ">"))
    must("header", mt.header(conn, "Subject", "Jamie Hargreaves"))
    must("abort", mt.abort(conn))
    cases.pass(conn)
end

local conn = mt.connect(socket, 10, 0.2)
if conn == nil then
    error "no connection"
end
must("negotiate", mt.negotiate(conn, nil, nil, nil))
must("conninfo", mt.conninfo(conn, "localhost", "127.0.0.1"))
cases[case](conn)
mt.disconnect(conn)
