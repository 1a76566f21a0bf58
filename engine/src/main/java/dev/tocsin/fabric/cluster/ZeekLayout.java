package dev.tocsin.fabric.cluster;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.FabricException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the table that zeekctl writes and Zeek reads at its start: {@code redef Cluster::nodes = { ["worker-1"] =
 * [$node_type=Cluster::WORKER, $ip=10.0.0.1, $p=47763/tcp, …], … };}. Other statements are left out. Of a node its type,
 * address and port are taken; a port of 0 is none, as with the ZeroMQ backend.
 */
final class ZeekLayout {
    private static final Pattern TOKEN = Pattern.compile("\\s+|#[^\\n]*|\"((?:[^\"\\\\\\n]|\\\\.)*)\""
            + "|\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\\]|\\+=|[\\]\\[{}()=,;$]|[^\\s\"\\[\\]{}()=,;$#]+");

    private final String text;
    private final String name;
    private final List<Token> tokens = new ArrayList<>();
    private int next;

    private record Token(String text, int at) {
    }

    private ZeekLayout(String text, String name) {
        this.text = text;
        this.name = name;
        Matcher matcher = TOKEN.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!matcher.region(at, text.length()).lookingAt()) {
                throw refused(at, "a string without an end");
            }
            String token = matcher.group();
            if (!Character.isWhitespace(token.charAt(0)) && token.charAt(0) != '#') {
                tokens.add(new Token(token, at));
            }
            at = matcher.end();
        }
    }

    /** @throws FabricException with line and column */
    static Layout parse(String text, String name) {
        return new ZeekLayout(text, name).layout();
    }

    private Layout layout() {
        Map<String, Member> members = new HashMap<>();
        boolean found = false;
        while (next < tokens.size()) {
            if (!is("redef") || next + 1 >= tokens.size() || !tokens.get(next + 1).text.equals("Cluster::nodes")) {
                next++;
                continue;
            }
            found = true;
            next += 2;
            if (!is("=") && !is("+=")) {
                throw refused("=");
            }
            next++;
            nodes(members);
        }
        if (!found) {
            throw new FabricException(name + ": there is no \"redef Cluster::nodes = { … };\" in it");
        }
        return new Layout(members.values());
    }

    private void nodes(Map<String, Member> members) {
        take("{");
        while (!is("}")) {
            take("[");
            int at = at();
            String node = string();
            take("]");
            take("=");
            Member member = member(node, at);
            if (members.put(node, member) != null) {
                throw refused(at, "two nodes are called " + node);
            }
            if (!is("}")) {
                take(",");
            }
        }
        take("}");
    }

    private Member member(String node, int at) {
        Map<String, Token> fields = new HashMap<>();
        take("[");
        while (!is("]")) {
            take("$");
            String field = any().text;
            take("=");
            fields.put(field, value());
            if (!is("]")) {
                take(",");
            }
        }
        take("]");
        Token type = fields.get("node_type");
        if (type == null) {
            throw refused(at, "the node " + node + " has no $node_type");
        }
        try {
            return new Member(node, type(type), endpoint(fields.get("ip"), fields.get("p")));
        } catch (IllegalArgumentException e) {
            throw refused(at, String.valueOf(e.getMessage()));
        }
    }

    private NodeType type(Token type) {
        String plain = type.text.substring(type.text.lastIndexOf(':') + 1);
        try {
            return NodeType.valueOf(plain.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw refused(type.at, "unknown node type " + type.text);
        }
    }

    private @Nullable Endpoint endpoint(@Nullable Token ip, @Nullable Token port) {
        if (ip == null || port == null) {
            return null;
        }
        Matcher number = Pattern.compile("(\\d{1,5})/\\w+").matcher(port.text);
        if (!number.matches() || Integer.parseInt(number.group(1)) > 65_535) {
            throw refused(port.at, "not a port: " + port.text + " (write 47763/tcp)");
        }
        int at = Integer.parseInt(number.group(1));
        String host = ip.text.startsWith("[") ? ip.text.substring(1, ip.text.length() - 1) : ip.text;
        return at == 0 ? null : new Endpoint(host, at);
    }

    /** The first token of a value; what is nested is passed over. */
    private Token value() {
        Token first = any();
        if (List.of("[", "{", "(").contains(first.text)) {
            int depth = 1;
            while (depth > 0) {
                String token = any().text;
                depth += List.of("[", "{", "(").contains(token) ? 1 : List.of("]", "}", ")").contains(token) ? -1 : 0;
            }
        } else {
            while (is("(") || next < tokens.size() && !is(",") && !is("]")) {
                value();
            }
        }
        return first;
    }

    private String string() {
        String token = any().text;
        if (!token.startsWith("\"")) {
            next--;
            throw refused("a node's name in quotes");
        }
        return token.substring(1, token.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private Token any() {
        if (next >= tokens.size()) {
            throw refused(text.length(), "the file ends in the middle of Cluster::nodes");
        }
        return tokens.get(next++);
    }

    private boolean is(String token) {
        return next < tokens.size() && tokens.get(next).text.equals(token);
    }

    private void take(String token) {
        if (!is(token)) {
            throw refused("\"" + token + "\"");
        }
        next++;
    }

    private int at() {
        return next < tokens.size() ? tokens.get(next).at : text.length();
    }

    private FabricException refused(String wanted) {
        return refused(at(), "here should be " + wanted
                + (next < tokens.size() ? ", not " + tokens.get(next).text : ", but the file ends"));
    }

    private FabricException refused(int at, String what) {
        String before = text.substring(0, at);
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new FabricException(name + ":" + line + ":" + (at - before.lastIndexOf('\n')) + ": " + what);
    }
}
