package dev.tocsin.fabric.store;

import java.util.UUID;
import java.util.regex.Pattern;

/** The topics on which a store's nodes speak with each other. */
record StoreTopics(String name) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,200}");

    StoreTopics {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a store's name has letters, digits, and _ . - only: " + name);
        }
    }

    /** To the master. */
    String request() {
        return "tocsin/store/" + name + "/request";
    }

    /** To one client. */
    String reply(UUID client) {
        return "tocsin/store/" + name + "/reply/" + client;
    }

    /** Says that there is a new master. */
    String master() {
        return "tocsin/store/" + name + "/master";
    }

    /** What changed, for clients of the same node that ask for it. */
    String events() {
        return "<$>/local/data/store-events/" + name;
    }
}
