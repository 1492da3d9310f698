/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message/envelope.h"

ExeatEnvelope *
exeat_envelope_new(void)
{
    ExeatEnvelope *envelope = g_new0(ExeatEnvelope, 1);
    envelope->recipients = g_ptr_array_new_with_free_func(g_free);
    return envelope;
}

ExeatEnvelope *
exeat_envelope_copy(const ExeatEnvelope *envelope)
{
    ExeatEnvelope *copy = exeat_envelope_new();
    copy->sender = g_strdup(envelope->sender);
    for (guint i = 0; i < envelope->recipients->len; i++)
        g_ptr_array_add(copy->recipients, g_strdup(envelope->recipients->pdata[i]));
    copy->account = g_strdup(envelope->account);
    copy->client_address = g_strdup(envelope->client_address);
    copy->client_name = g_strdup(envelope->client_name);
    copy->client_certificate = g_strdup(envelope->client_certificate);
    copy->queue_id = g_strdup(envelope->queue_id);
    copy->received_at = envelope->received_at;
    copy->spf = envelope->spf;
    return copy;
}

void
exeat_envelope_free(ExeatEnvelope *envelope)
{
    if (envelope == NULL)
        return;
    g_free(envelope->sender);
    g_ptr_array_unref(envelope->recipients);
    g_free(envelope->account);
    g_free(envelope->client_address);
    g_free(envelope->client_name);
    g_free(envelope->client_certificate);
    g_free(envelope->queue_id);
    g_free(envelope);
}

const char *
exeat_spf_name(ExeatSpf spf)
{
    static const char *const names[] = {
        [EXEAT_SPF_UNKNOWN] = "unknown",     [EXEAT_SPF_NONE] = "none",           [EXEAT_SPF_NEUTRAL] = "neutral",
        [EXEAT_SPF_PASS] = "pass",           [EXEAT_SPF_FAIL] = "fail",           [EXEAT_SPF_SOFTFAIL] = "softfail",
        [EXEAT_SPF_TEMPERROR] = "temperror", [EXEAT_SPF_PERMERROR] = "permerror",
    };
    return spf < G_N_ELEMENTS(names) ? names[spf] : "unknown";
}
