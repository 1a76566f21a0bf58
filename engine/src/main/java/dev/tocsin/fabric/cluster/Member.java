package dev.tocsin.fabric.cluster;

import dev.tocsin.base.Endpoint;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One node of a layout.
 *
 * @param name letters, digits, dots, dashes and underscores, since it becomes part of topics; at most 200
 * @param at where other nodes connect to it; null when none can, so that it connects to them
 */
public record Member(String name, NodeType type, @Nullable Endpoint at) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,200}");

    public Member {
        Objects.requireNonNull(type);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name
                    + "\" cannot be a node's name: letters, digits, dots, dashes and underscores, at most 200");
        }
    }
}
