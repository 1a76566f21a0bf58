package dev.tocsin.node;

import dev.tocsin.config.Nearest;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.fabric.StoreConfig;
import dev.tocsin.fabric.StoreConfig.Backend;
import dev.tocsin.fabric.StoreConfig.Copy;
import dev.tocsin.fabric.StoreConfig.Role;
import dev.tocsin.process.LookupConfig;
import dev.tocsin.process.StepConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Whether stores can be opened beside each other, and lookups find theirs. */
final class StoreCheck {
    /** With which every file of SQLite begins. */
    private static final String HEADER = "SQLite format 3\0";

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
        stores.forEach((name, store) -> file(config.node().data().resolve("stores").resolve(name + ".db"),
                "fabric.stores." + name, store, finder));
        lookups(config.process().steps(), stores, "add it to fabric.stores", finder);
    }

    /** What is there already must be what SQLite has written. */
    private static void file(Path file, String way, StoreConfig store, Finder finder) {
        boolean used = store.isHere() && (store.backend() == Backend.SQLITE || store.copy() == Copy.DISK);
        if (!used || !Files.exists(file)) {
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            String begin = new String(in.readNBytes(HEADER.length()), StandardCharsets.ISO_8859_1);
            if (!begin.isEmpty() && !begin.equals(HEADER)) {
                finder.found(ProblemCode.DIRECTORY, way, file + " is not a store's file", "move it away, or give the"
                        + " store another name");
            }
        } catch (IOException e) {
            finder.found(ProblemCode.DIRECTORY, way, file + " cannot be read: " + e.getMessage(),
                    "let the node's user read and write it");
        }
    }

    /** @param remedy what to do when there is no store at all */
    static void lookups(List<StepConfig> steps, Map<String, StoreConfig> stores, String remedy, Finder finder) {
        for (int i = 0; i < steps.size(); i++) {
            LookupConfig lookup = steps.get(i).lookup();
            String way = "process.steps[" + i + "].lookup.store";
            if (lookup == null) {
                continue;
            }
            StoreConfig store = stores.get(lookup.store());
            if (store == null) {
                finder.found(ProblemCode.UNKNOWN_CHOICE, way, "there is no store \"" + lookup.store() + "\"",
                        stores.isEmpty() ? remedy : Nearest.hint(lookup.store(), List.copyOf(stores.keySet())));
            } else if (!store.isHere()) {
                finder.found(ProblemCode.REFUSED, way, "this node has no copy of the store \"" + lookup.store()
                        + "\": its role is client", "lookups read a copy at this node; let the role be auto or clone");
            }
        }
    }
}
