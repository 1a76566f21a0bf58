package dev.tocsin.detect;

import dev.tocsin.event.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What tells a person most about an event, found under its ECS name or under the names that common vendors use; null
 * where the event does not say.
 *
 * @param actor the program that did it, without its directory
 * @param command the whole command line
 * @param object what it was done to (file, registry key, name, address, URL), with a verb before it
 * @param fields the first fields that the vendor names, for events that say nothing of the above; or empty
 */
record Telling(@Nullable String host, @Nullable String user, @Nullable String address, @Nullable String actor,
        @Nullable String command, @Nullable String parent, @Nullable String object, @Nullable String action,
        @Nullable String message, String fields) {
    private static final int VALUE_CHARACTERS_MAX = 120;
    private static final int FIELDS_MAX = 3;
    private static final List<String> HOST = List.of("host.name", "host.hostname", "vendor.Computer", "vendor.Hostname",
            "vendor.hostname", "vendor.host", "observer.name");
    private static final List<String> USER = List.of("user.name", "vendor.User", "vendor.SubjectUserName",
            "vendor.TargetUserName", "vendor.userIdentity.userName", "vendor.userIdentity.arn", "vendor.user");
    private static final List<String> ADDRESS = List.of("source.ip", "client.ip", "source.address", "vendor.SourceIp",
            "vendor.IpAddress", "vendor.sourceIPAddress", "vendor.id.orig_h", "vendor.src_ip", "vendor.c-ip");
    private static final List<String> PROGRAM = List.of("process.executable", "process.name", "vendor.Image",
            "vendor.NewProcessName", "vendor.ProcessName", "vendor.exe");
    private static final List<String> COMMAND = List.of("process.command_line", "vendor.CommandLine");
    private static final List<String> PARENT = List.of("process.parent.executable", "process.parent.name",
            "vendor.ParentImage", "vendor.ParentProcessName");
    private static final List<String> ACTION = List.of("event.action", "vendor.eventName", "vendor.EventType");
    private static final List<String> MESSAGE = List.of("message", "vendor.Message", "vendor.message");

    /** A kind of thing that events are about, and what one says of it; the first that is found is told. */
    private record Kind(String verb, List<String> paths) {
    }

    private static final List<Kind> KINDS = List.of(
            new Kind("changed", List.of("registry.path", "vendor.TargetObject")),
            new Kind("asked for", List.of("dns.question.name", "vendor.QueryName", "vendor.query")),
            new Kind("requested", List.of("url.original", "url.full", "url.path", "vendor.c-uri", "vendor.uri")),
            new Kind("touched", List.of("file.path", "vendor.TargetFilename", "vendor.ImageLoaded")),
            new Kind("reached", List.of("destination.domain", "destination.ip", "vendor.DestinationHostname",
                    "vendor.DestinationIp", "vendor.id.resp_h")));

    static Telling of(JsonNode body) {
        String object = null;
        for (Kind kind : KINDS) {
            String found = first(body, kind.paths());
            if (found != null) {
                object = kind.verb() + " " + found;
                break;
            }
        }
        return new Telling(first(body, HOST), first(body, USER), first(body, ADDRESS), name(first(body, PROGRAM)),
                first(body, COMMAND), name(first(body, PARENT)), object, first(body, ACTION), first(body, MESSAGE),
                fields(body));
    }

    /** One sentence for people, such as {@code alice ran "whoami /all" on WS01, started by winword.exe}. */
    String summary(Event in) {
        StringBuilder text = new StringBuilder();
        if (command != null) {
            text.append(who("Somebody", false)).append(" ran \"").append(command).append('"');
        } else if (object != null) {
            text.append(who("Somebody", true)).append(' ').append(object);
        } else if (actor != null) {
            text.append(who("Somebody", false)).append(" ran ").append(actor);
        } else if (action != null) {
            text.append(who("Somebody", false)).append(" did ").append(action);
        } else if (message != null) {
            text.append(message);
        } else {
            text.append("An event of ").append(in.source()).append(" matched").append(fields);
        }
        if (host != null) {
            text.append(" on ").append(host);
        }
        if (parent != null) {
            text.append(", started by ").append(parent);
        }
        // An address that is the only one to name is already the subject.
        if (address != null && !text.toString().startsWith(address)) {
            text.append(", from ").append(address);
        }
        return text.toString();
    }

    private String who(String nobody, boolean byProgram) {
        if (byProgram && actor != null) {
            return user == null ? actor : actor + " of " + user;
        }
        if (user != null) {
            return user;
        }
        return address == null ? nobody : address;
    }

    private static String fields(JsonNode body) {
        List<String> told = new ArrayList<>();
        for (var field : body.path("vendor").properties()) {
            String value = told.size() < FIELDS_MAX ? text(field.getValue()) : null;
            if (value != null) {
                told.add(field.getKey() + " " + value);
            }
        }
        return told.isEmpty() ? "" : ": " + String.join(", ", told);
    }

    private static @Nullable String name(@Nullable String path) {
        return path == null ? null : path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    private static @Nullable String first(JsonNode body, List<String> paths) {
        for (String path : paths) {
            String value = text(at(body, path));
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** Vendors' names may have dots in them, so the rest of the path is tried as one name before it is split. */
    private static @Nullable JsonNode at(JsonNode node, String path) {
        JsonNode whole = node.get(path);
        int dot = path.indexOf('.');
        if (whole != null || dot < 0) {
            return whole;
        }
        JsonNode inner = node.get(path.substring(0, dot));
        return inner == null ? null : at(inner, path.substring(dot + 1));
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        if (node == null) {
            return null;
        }
        if (node.isArray()) {
            return node.isEmpty() ? null : text(node.get(0));
        }
        if (!node.isString() && !node.isNumber()) {
            return null;
        }
        String text = node.asString().replaceAll("\\s+", " ").strip();
        if (text.isEmpty() || text.equals("-")) {
            return null;
        }
        if (text.length() <= VALUE_CHARACTERS_MAX) {
            return text;
        }
        int end = VALUE_CHARACTERS_MAX - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
