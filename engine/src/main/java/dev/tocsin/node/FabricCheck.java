package dev.tocsin.node;

import dev.tocsin.base.Pem;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.fabric.FabricConfig;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.cluster.Layout;
import dev.tocsin.fabric.cluster.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whether the files that the fabric needs are there and can be used. */
final class FabricCheck {
    private static final String LAYOUT = "fabric.layout";

    private FabricCheck() {
    }

    static void check(TocsinConfig config, Finder finder) {
        FabricConfig.Tls tls = config.fabric().tls();
        if (tls != null) {
            files(tls, finder);
        }
        Path layout = config.fabric().layout();
        if (layout != null && !Files.isReadable(layout)) {
            finder.found(ProblemCode.MISSING_FILE, LAYOUT, layout + " is not there or may not be read",
                    "name a layout in YAML, or a cluster-layout.zeek");
        } else if (layout != null) {
            layout(layout, config.node().name(), finder);
        }
    }

    private static void layout(Path file, String node, Finder finder) {
        try {
            Layout layout = Layout.read(file);
            if (layout.member(node).isEmpty()) {
                finder.found(ProblemCode.REFUSED, LAYOUT,
                        file + " has no node \"" + node + "\", which is this one's name",
                        "let node.name be one of " + layout.members().stream().map(Member::name).toList());
            }
            layout.unreachable().forEach(pair -> finder.found(ProblemCode.REFUSED, LAYOUT, file + ": " + pair
                    + " have to be linked, and neither has an address", "give one of the two an address"));
        } catch (FabricException | IllegalArgumentException e) {
            finder.found(ProblemCode.REFUSED, LAYOUT, String.valueOf(e.getMessage()),
                    "docs/tasks/cluster.md shows a layout");
        }
    }

    private static void files(FabricConfig.Tls tls, Finder finder) {
        Map<String, Path> named = new LinkedHashMap<>();
        named.put("certificate", tls.certificate());
        named.put("key", tls.key());
        named.put("ca", tls.ca());
        boolean there = true;
        for (Map.Entry<String, Path> each : named.entrySet()) {
            if (!Files.isReadable(each.getValue())) {
                there = false;
                finder.found(ProblemCode.MISSING_FILE, "fabric.tls." + each.getKey(),
                        each.getValue() + " is not there or may not be read",
                        "name a PEM file that the node's user may read");
            }
        }
        if (there) {
            try {
                Pem.own(tls.certificate(), tls.key());
                Pem.trust(tls.ca());
            } catch (IOException | GeneralSecurityException e) {
                finder.found(ProblemCode.REFUSED, "fabric.tls", String.valueOf(e.getMessage()),
                        "`openssl x509 -in FILE -text` shows a certificate, `openssl pkey -in FILE -text` a key");
            }
        }
    }
}
