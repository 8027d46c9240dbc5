// The drops in force.
#include "drop_table.h"

#include "os.h"

HOT_DATA struct drop_table *drop_table; // mapped with the first patch that has drops: most have none
HOT_DATA uint8_t drops;

bool drop_replace(const struct patch_text *text, const struct stack_entry *entries, unsigned count) {
    struct stack_entry keyed[PATCH_DROPS];
    unsigned keyed_count = 0;
    if (!drop_table && count && !(drop_table = os_map(sizeof *drop_table))) return false;
    if (!drop_table) return true;
    drop_table->anywhere_count = 0;
    for (unsigned i = 0; i < count; i++) {
        if (text->drops[entries[i].amount].expired) continue;
        if (entries[i].frame_count) keyed[keyed_count++] = entries[i];
        else drop_table->anywhere[drop_table->anywhere_count++] = entries[i];
    }
    drop_table->text = text;
    stack_tables_replace(&drop_table->keyed, keyed, keyed_count);
    __atomic_store_n(&drops, keyed_count + drop_table->anywhere_count != 0, __ATOMIC_RELEASE);
    return true;
}
