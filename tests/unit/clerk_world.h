/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A gate's and an office's side of one store, with a clerk and a relay that answers as it is told: one world a test.
 */
#ifndef EXEAT_TESTS_CLERK_WORLD_H
#define EXEAT_TESTS_CLERK_WORLD_H

#include "quarantine/clerk.h"
#include "quarantine/quarantine.h"
#include "quarantine/secret.h"
#include "tests/unit/quarantine_fixture.h"
#include "tests/unit/smtp_sink.h"

/* Monday 14 September 2026, 09:00 in London. */
#define NOW ((gint64)1789372800)
#define HOUR ((gint64)3600)
#define HEAD "m.pennant@oakfield.sch.uk"
#define LEASE ((gint64)600)

typedef struct World {
    Fixture *fixture;
    char *store_path;
    Sink *sink;
    ExeatDeliverer *deliverer;
    ExeatQuarantine *quarantine; /* the office's */
    ExeatQuarantine *gate;
    ExeatClerk *clerk;
    GBytes *token_key;
    ExeatNotify notify; /* of the head, with the times of @digest unless it is NULL */
    const char *const *digest;
    bool two_people; /* of what new_quarantine() makes */
} World;

static ExeatQuarantine *
new_quarantine(World *world, bool office)
{
    static const char *const inside[] = {"oakfield.sch.uk", NULL};
    static const char *const heads[] = {HEAD, NULL}, *const deputies[] = {"d.eputy@oakfield.sch.uk", NULL},
                             *const chairs[] = {"chair@governors.example", NULL};
    static const ExeatClockHours hours = {
        .zone = "Europe/London",
        .days = {"08:00-17:00", "08:00-17:00", "08:00-17:00", "08:00-17:00", "08:00-17:00"},
    };
    g_autoptr(GError) error = NULL;
    const char *certificates[] = {world->fixture->certificate, NULL};
    ExeatQuarantineSetup setup = {.repeat_key = office ? NULL : world->token_key,
                                  .from = "exeat@oakfield.sch.uk",
                                  .postmaster = "postmaster@oakfield.sch.uk",
                                  .console = "https://exeat.oakfield.sch.uk",
                                  .inside = inside,
                                  .deadline = 9 * HOUR,
                                  .reminder = 3 * HOUR,
                                  .two_people = world->two_people};

    assert_ok(exeat_store_open(world->store_path, EXEAT_STORE_CREATE, &setup.store, &error));
    assert_ok(exeat_sealer_new(certificates, &setup.sealer, &error));
    if (office)
        assert_ok(exeat_opener_new(world->fixture->key, world->fixture->certificate, &setup.opener, &error));
    assert_ok(exeat_clock_new(&hours, &setup.clock, &error));
    setup.deciders = exeat_deciders_new();
    exeat_deciders_add(setup.deciders, "headteacher", heads, deputies);
    exeat_deciders_add(setup.deciders, "chair", chairs, NULL);
    if (world->digest != NULL) {
        g_autoptr(GArray) minutes = NULL;

        assert_ok(exeat_clock_parse_times(world->digest, &minutes, &error));
        exeat_deciders_set_notify(setup.deciders, "headteacher", world->notify, minutes);
    }
    return exeat_quarantine_new(&setup);
}

static ExeatClerk *
new_clerk(World *world)
{
    ExeatClerkSetup setup = {.quarantine = world->quarantine,
                             .deliverer = world->deliverer,
                             .token_key = world->token_key,
                             .lease = LEASE,
                             .give_up = 2 * 24 * HOUR,
                             .retention = 180 * 24 * HOUR};

    return exeat_clerk_new(&setup);
}

static int
setup_world(void **state)
{
    static guint number = 0;
    g_autoptr(GError) error = NULL;
    World *world = g_new0(World, 1);
    g_autofree char *url = NULL, *name = g_strdup_printf("world-%u.db", number++);
    ExeatDeliverySettings settings = {.timeout = 5};

    world->fixture = *state;
    world->store_path = fixture_path(world->fixture, name);
    world->sink = sink_new();
    url = sink_url(world->sink);
    settings.relay = url;
    assert_ok(exeat_deliverer_new(&settings, &world->deliverer, &error));
    assert_ok(exeat_secret_load_hex(world->fixture->token, EXEAT_TOKEN_KEY_BYTES, &world->token_key, &error));
    world->gate = new_quarantine(world, false);
    world->quarantine = new_quarantine(world, true);
    world->clerk = new_clerk(world);
    *state = world;
    return 0;
}

static int
teardown_world(void **state)
{
    World *world = *state;

    *state = world->fixture;
    exeat_clerk_free(world->clerk);
    exeat_quarantine_unref(world->gate);
    exeat_quarantine_unref(world->quarantine);
    exeat_deliverer_free(world->deliverer);
    sink_free(world->sink);
    g_bytes_unref(world->token_key);
    g_free(world->store_path);
    g_free(world);
    return 0;
}

#endif
