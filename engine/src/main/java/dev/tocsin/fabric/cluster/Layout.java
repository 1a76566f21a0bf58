package dev.tocsin.fabric.cluster;

import dev.tocsin.base.Endpoint;
import dev.tocsin.base.Problem;
import dev.tocsin.config.ConfigFile;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Outcome;
import dev.tocsin.fabric.FabricException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which nodes a cluster has. The same on all of them. */
public final class Layout {
    private final SortedMap<String, Member> members = new TreeMap<>();

    /** A layout in YAML. */
    record Written(@Doc("The nodes by name.") Map<String, WrittenNode> nodes) {
    }

    /** One node in YAML. */
    record WrittenNode(@Doc("manager, logger, proxy, worker or control.") NodeType type,
            @Doc("Where other nodes connect to it. Left out, it connects to them.") @Nullable Endpoint address) {
    }

    /** @throws IllegalArgumentException when two have the same name, or a node could not be reached by one that it needs */
    public Layout(Collection<Member> nodes) {
        for (Member node : nodes) {
            if (members.put(node.name(), node) != null) {
                throw new IllegalArgumentException("two nodes are called " + node.name());
            }
        }
    }

    /**
     * Reads a file: Zeek's {@code cluster-layout.zeek} if its name ends so, otherwise YAML.
     *
     * @throws FabricException with file, line and column of all that is wrong
     */
    public static Layout read(Path file) {
        if (file.toString().endsWith(".zeek") || file.toString().endsWith(".bro")) {
            try {
                return ZeekLayout.parse(Files.readString(file), file.toString());
            } catch (IOException e) {
                throw new FabricException("cannot read " + file + ": " + e.getMessage());
            }
        }
        Outcome<Written> outcome = ConfigFile.read(file, Written.class);
        Written written = outcome.value().orElseThrow(() -> new FabricException(outcome.problems().stream()
                .map(Problem::toString).collect(Collectors.joining("\n"))));
        List<Member> nodes = new ArrayList<>();
        written.nodes().forEach((name, node) -> nodes.add(member(file, name, node)));
        return new Layout(nodes);
    }

    private static Member member(Path file, String name, WrittenNode node) {
        try {
            return new Member(name, node.type(), node.address());
        } catch (IllegalArgumentException e) {
            throw new FabricException(file + ": " + e.getMessage());
        }
    }

    /** In the order of their names. */
    public List<Member> members() {
        return List.copyOf(members.values());
    }

    public Optional<Member> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    /** Those of a type, in the order of their names. */
    public List<Member> members(NodeType type) {
        return members.values().stream().filter(m -> m.type() == type).toList();
    }

    /**
     * Whom a node connects to, so that all that need each other are linked, each pair once: of two nodes with an address
     * the one that is more of a server is connected to.
     */
    public List<Member> dialledBy(String name) {
        Member self = members.get(name);
        return self == null
                ? List.of()
                : members.values().stream().filter(m -> m.type().isLinkedWith(self.type()) && dials(self, m)).toList();
    }

    private static boolean dials(Member from, Member to) {
        return to.at() != null && (from.at() == null || to.type().compareTo(from.type()) < 0);
    }

    /** Pairs that need each other and of which neither has an address. */
    public List<String> unreachable() {
        List<String> pairs = new ArrayList<>();
        for (Member a : members.values()) {
            for (Member b : members.tailMap(a.name()).values()) {
                if (a.type().isLinkedWith(b.type()) && a.at() == null && b.at() == null) {
                    pairs.add(a.name() + " and " + b.name());
                }
            }
        }
        return pairs;
    }

    @Override
    public String toString() {
        return members.values().toString();
    }
}
