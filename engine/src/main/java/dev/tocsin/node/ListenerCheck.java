package dev.tocsin.node;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.source.ApiSourceConfig;
import dev.tocsin.source.FileSourceConfig;
import dev.tocsin.source.HttpSourceConfig;
import dev.tocsin.source.KafkaSourceConfig;
import dev.tocsin.source.RelpSourceConfig;
import dev.tocsin.source.SyslogSourceConfig;
import dev.tocsin.source.Tls;
import dev.tocsin.source.TlsConfig;
import dev.tocsin.source.ZeekSourceConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether all listeners can be opened beside each other, and none is reachable from outside without being told to. */
final class ListenerCheck {
    private static final String FORGE = "anybody on the network could read and forge its messages";

    private record Listener(String way, Endpoint at) {
    }

    private ListenerCheck() {
    }

    static void check(TocsinConfig config, Finder finder) {
        List<Listener> listeners = new ArrayList<>();
        config.sources().forEach((name, source) -> {
            String way = "sources." + name + ".listen";
            switch (source) {
                case SyslogSourceConfig syslog -> {
                    listeners.add(new Listener(way, syslog.listen()));
                    secured(name, syslog.listen(), syslog.tls(), syslog.plaintext(), FORGE, finder);
                }
                case RelpSourceConfig relp -> {
                    listeners.add(new Listener(way, relp.listen()));
                    secured(name, relp.listen(), relp.tls(), relp.plaintext(), FORGE, finder);
                }
                case HttpSourceConfig http -> {
                    listeners.add(new Listener(way, http.listen()));
                    secured(name, http.listen(), http.tls(), http.plaintext(),
                            "its events and tokens would cross the network in clear text", finder);
                    if (http.tokens().isEmpty() && !http.listen().isLoopback()) {
                        finder.found(ProblemCode.OPEN_LISTENER, way,
                                "anybody who reaches " + http.listen() + " could send events",
                                "give tokens to those who may send, or listen on 127.0.0.1");
                    }
                }
                case ZeekSourceConfig zeek -> {
                    listeners.add(new Listener(way, zeek.listen()));
                    if (!zeek.plaintext() && !zeek.listen().isLoopback()) {
                        finder.found(ProblemCode.OPEN_LISTENER, way,
                                "other machines could reach " + zeek.listen() + " by ZeroMQ, which has no TLS here: "
                                        + FORGE,
                                "listen on 127.0.0.1 and lead the cluster's nodes to it through a tunnel, or say"
                                        + " plaintext: true in the source if the network between is trusted");
                    }
                }
                case FileSourceConfig _,KafkaSourceConfig _ -> {
                    // It reads what is here already.
                }
                case ApiSourceConfig _ -> {
                    // It asks; nobody can send to it.
                }
            }
        });
        listeners.add(new Listener("web.listen", config.web().listen()));
        FabricCheck.listening(config).ifPresent(l -> listeners.add(new Listener(l.way(), l.at())));
        if (config.log().bootstrapServers() == null) {
            listeners.add(new Listener("log.listen", config.log().listen()));
            if (!config.log().listen().isLoopback()) {
                finder.found(ProblemCode.OPEN_LISTENER, "log.listen",
                        "the embedded broker would be open to the network at " + config.log().listen()
                                + ", and it knows no passwords",
                        "listen on 127.0.0.1; to share a log between machines, run a Kafka cluster and name it with"
                                + " log.bootstrap_servers");
            }
        }
        for (int i = 0; i < listeners.size(); i++) {
            bindable(listeners.get(i), finder);
            for (Listener other : listeners.subList(0, i)) {
                apart(listeners.get(i), other, finder);
            }
        }
    }

    private static void secured(String name, Endpoint listen, @Nullable TlsConfig tls, boolean plaintext,
            String danger, Finder finder) {
        String way = "sources." + name;
        if (tls != null) {
            try {
                Tls.load(tls);
            } catch (IOException e) {
                finder.found(ProblemCode.REFUSED, way + ".tls", String.valueOf(e.getMessage()),
                        "give the paths of PEM files that belong together and that this user may read");
            }
        } else if (!plaintext && !listen.isLoopback()) {
            finder.found(ProblemCode.OPEN_LISTENER, way + ".listen",
                    "other machines could reach " + listen + " without TLS: " + danger,
                    "listen on 127.0.0.1, give the source a tls section with certificate and key, or say plaintext: true"
                            + " in it if the network between is trusted");
        }
    }

    private static void bindable(Listener listener, Finder finder) {
        String host = listener.at.host();
        try {
            InetAddress address = InetAddress.getByName(host);
            if (!address.isAnyLocalAddress() && !address.isLoopbackAddress()
                    && NetworkInterface.getByInetAddress(address) == null) {
                finder.found(ProblemCode.REFUSED, listener.way, "this machine has no address " + host,
                        "listen on 127.0.0.1, on 0.0.0.0 for all addresses, or on one that `ip address` shows");
            }
        } catch (UnknownHostException e) {
            finder.found(ProblemCode.REFUSED, listener.way, "the name " + host + " stands for no address here",
                    "write an address of this machine, such as 127.0.0.1");
        } catch (SocketException _) {
            // The system does not say which addresses it has; the start will tell.
        }
    }

    private static void apart(Listener one, Listener other, Finder finder) {
        boolean samePort = one.at.port() == other.at.port() && one.at.port() != 0;
        if (samePort && overlap(one.at.host(), other.at.host())) {
            finder.found(ProblemCode.CONFLICT, one.way,
                    one.way + " and " + other.way + " are both " + portOf(one, other),
                    "change one of the two; port 0 takes a free one");
        }
    }

    private static String portOf(Listener one, Listener other) {
        return one.at.equals(other.at) ? one.at.toString() : "port " + one.at.port();
    }

    private static boolean overlap(String one, String other) {
        try {
            InetAddress a = InetAddress.getByName(one);
            InetAddress b = InetAddress.getByName(other);
            return a.equals(b) || a.isAnyLocalAddress() || b.isAnyLocalAddress();
        } catch (UnknownHostException _) {
            return one.equals(other);
        }
    }
}
