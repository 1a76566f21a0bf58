package dev.tocsin.node;

import dev.tocsin.config.ProblemCode;
import dev.tocsin.sink.SinkConfig;
import dev.tocsin.sink.TlsConfig;
import dev.tocsin.sink.TlsContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether what sinks send can be read by others on its way, and whether the files of their TLS can be used. */
final class SinkCheck {
    private SinkCheck() {
    }

    static void check(Map<String, SinkConfig> sinks, Finder finder) {
        sinks.forEach((name, sink) -> {
            String way = "sinks." + name;
            sink.clearText().ifPresent(open -> clearText(way, open, finder));
            TlsConfig tls = sink.tls();
            if (tls != null) {
                files(way + ".tls", tls, finder);
            }
        });
    }

    private static void clearText(String way, SinkConfig.ClearText open, Finder finder) {
        finder.found(ProblemCode.OPEN_LISTENER, way + "." + open.setting(),
                "what this sink sends would go to " + open.to() + " without TLS: anybody on the network between"
                        + " could read and forge it",
                open.remedy() + ", send to a relay with TLS on this machine, or say plaintext: true in this sink if the"
                        + " network between is trusted");
    }

    private static void files(String way, TlsConfig tls, Finder finder) {
        Map<String, @Nullable Path> named = new HashMap<>();
        named.put("ca", tls.ca());
        named.put("certificate", tls.certificate());
        named.put("key", tls.key());
        boolean there = true;
        for (Map.Entry<String, @Nullable Path> each : named.entrySet()) {
            Path file = each.getValue();
            if (file != null && !Files.isReadable(file)) {
                there = false;
                finder.found(ProblemCode.MISSING_FILE, way + "." + each.getKey(),
                        file + " is not there or may not be read", "name a PEM file that the node's user may read");
            }
        }
        if (there) {
            try {
                TlsContext.of(tls);
            } catch (IOException e) {
                finder.found(ProblemCode.REFUSED, way, String.valueOf(e.getMessage()),
                        "`openssl x509 -in FILE -text` shows a certificate, `openssl pkey -in FILE -text` a key");
            }
        }
    }
}
