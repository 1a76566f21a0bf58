package dev.tocsin.node;

import dev.tocsin.base.Endpoint;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the files that the fabric needs are there and can be used. */
final class FabricCheck {
    private static final String LAYOUT = "fabric.layout";

    private FabricCheck() {
    }

    /** Where the fabric listens, and the way of the setting that says so. */
    record Listening(String way, Endpoint at) {
    }

    static void check(TocsinConfig config, Finder finder) {
        FabricConfig.Tls tls = config.fabric().tls();
        if (tls != null) {
            files(tls, finder);
        } else {
            plain(config, finder);
        }
        Path layout = config.fabric().layout();
        if (layout != null && !Files.isReadable(layout)) {
            finder.found(ProblemCode.MISSING_FILE, LAYOUT, layout + " is not there or may not be read",
                    "name a layout in YAML, or a cluster-layout.zeek");
        } else if (layout != null) {
            layout(layout, config.node().name(), finder);
        }
    }

    /**
     * Where this node's links come in: at the address that is set, else at the one that the layout has for it. A layout that
     * cannot be read says nothing here.
     */
    static Optional<Listening> listening(TocsinConfig config) {
        Endpoint listen = config.fabric().listen();
        Path layout = config.fabric().layout();
        if (listen != null || layout == null) {
            return Optional.ofNullable(listen).map(at -> new Listening("fabric.listen", at));
        }
        try {
            return Layout.read(layout).member(config.node().name()).map(Member::at)
                    .map(at -> new Listening(LAYOUT, at));
        } catch (FabricException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Without certificates nothing leaves this machine: what a start refuses, and links that could never come up. */
    private static void plain(TocsinConfig config, Finder finder) {
        listening(config).filter(l -> !l.at.isLoopback()).ifPresent(l -> finder.found(ProblemCode.OPEN_LISTENER, l.way,
                "other machines could reach " + l.at + ", and nodes would not know each other without certificates",
                "listen on 127.0.0.1, or give the fabric a tls section with certificate, key and ca"));
        List<Endpoint> peers = config.fabric().peers();
        for (int i = 0; i < peers.size(); i++) {
            if (!peers.get(i).isLoopback()) {
                finder.found(ProblemCode.REFUSED, "fabric.peers[" + i + "]", peers.get(i)
                        + " is not on this machine, and without certificates no node there is dialled",
                        "give the fabric a tls section with certificate, key and ca");
            }
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
