package dev.tocsin.node;

import dev.tocsin.config.Nearest;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.fabric.StoreConfig;
import dev.tocsin.fabric.StoreConfig.Role;
import dev.tocsin.process.LookupConfig;
import dev.tocsin.process.StepConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Whether stores can be opened beside each other, and lookups find theirs. */
final class StoreCheck {
    private StoreCheck() {
    }

    static void check(TocsinConfig config, Finder finder) {
        Map<String, StoreConfig> stores = config.fabric().stores();
        Map<String, String> taken = new HashMap<>();
        stores.forEach((name, store) -> {
            String way = "fabric.stores." + name;
            ContentCheck.name("fabric.stores", name, finder);
            // Files differ in more than case, topics in more than dots.
            String other = taken.putIfAbsent(name.toLowerCase(Locale.ROOT).replace('.', '_'), name);
            if (other != null) {
                finder.found(ProblemCode.CONFLICT, way, "the stores " + other + " and " + name
                        + " have the same name but for its case, dots or underscores", "change one of the two");
            }
            if (store.role() == Role.CLIENT && !config.fabric().isLinked()) {
                finder.found(ProblemCode.REFUSED, way + ".role",
                        "role client asks another node, and this one is linked to none",
                        "name another node in fabric.peers, or a port for others in fabric.listen");
            }
        });
        lookups(config.process().steps(), stores, "add it to fabric.stores", finder);
    }

    /** @param remedy what to do when there is no store at all */
    static void lookups(List<StepConfig> steps, Map<String, StoreConfig> stores, String remedy, Finder finder) {
        for (int i = 0; i < steps.size(); i++) {
            LookupConfig lookup = steps.get(i).lookup();
            String way = "process.steps[" + i + "].lookup.store";
            StoreConfig store = lookup == null ? null : stores.get(lookup.store());
            if (lookup != null && store == null) {
                finder.found(ProblemCode.UNKNOWN_CHOICE, way, "there is no store \"" + lookup.store() + "\"",
                        stores.isEmpty() ? remedy : Nearest.hint(lookup.store(), List.copyOf(stores.keySet())));
            } else if (store != null && !store.isHere()) {
                finder.found(ProblemCode.REFUSED, way, "this node has no copy of the store \"" + lookup.store()
                        + "\": its role is client", "lookups read a copy at this node; let the role be auto or clone");
            }
        }
    }
}
