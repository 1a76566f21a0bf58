package dev.tocsin.simulate;

import dev.tocsin.event.Json;
import dev.tocsin.simulate.Draw.Purpose;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** What event {@code n} says; a function of seed and number. */
final class EventMaker {
    private static final List<String> HOSTS = List.of("quay", "lantern", "orchard", "mill", "harbour", "kiln", "ferry",
            "granary");
    private static final List<String> GROUPS = List.of("shop-front", "back-office", "laboratory", "depot");
    private static final List<String> PEOPLE = List.of("a.lindqvist", "m.okoro", "t.haverford", "s.marchetti",
            "j.duarte", "k.vance");
    private static final DateTimeFormatter[] TIMES = {time(""), time(".SSS"), time(".SSSSSS")};

    private final long seed;

    /** A kind of event; {@code %h} is the host, {@code %p} a person, {@code %a} an address. */
    private record Type(String type, String name, String message, boolean critical, boolean onServer) {
    }

    private static final List<Type> TYPES = List.of(
            new Type("lids_rule_failed", "Log rule matched", "A log rule matched on %h: sudo refused %p", true, true),
            new Type("fim_target_integrity_changed", "File changed", "/etc/passwd is not what it was on %h", true,
                    true),
            new Type("server_firewall_modified", "Host firewall changed", "Somebody but us changed the firewall of %h",
                    true, true),
            new Type("sca_rule_failed", "Configuration rule failed", "sshd on %h permits empty passwords", false,
                    true),
            new Type("svm_vulnerability_found", "Weak package", "A package of %h has a known weakness", false, true),
            new Type("server_restarted", "Server restarted", "%h was started anew", false, true),
            new Type("halo_login_success", "Login", "%p logged in from %a", false, false),
            new Type("halo_login_failure", "Login failed", "%p could not log in from %a", false, false),
            new Type("api_key_created", "Key made", "%p made an API key, from %a", true, false));

    EventMaker(long seed) {
        this.seed = seed;
    }

    private static DateTimeFormatter time(String fraction) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss" + fraction + "'Z'", Locale.ROOT)
                .withZone(ZoneOffset.UTC);
    }

    /** @param digits 0, 3 or 6 */
    static String time(long micros, int digits) {
        return TIMES[digits / 3].format(SimulatedClock.instant(micros));
    }

    /** 32 hexadecimal digits. */
    String id(long n) {
        return HexFormat.of().toHexDigits(Draw.bits(seed, Purpose.ID_HIGH, n))
                + HexFormat.of().toHexDigits(Draw.bits(seed, Purpose.ID_LOW, n));
    }

    String type(long n) {
        return kind(n).type();
    }

    private Type kind(long n) {
        return TYPES.get(Draw.below(TYPES.size(), seed, Purpose.TYPE, n));
    }

    static boolean isType(String name) {
        return TYPES.stream().anyMatch(t -> t.type().equals(name));
    }

    ObjectNode json(Timeline.Entry entry) {
        long n = entry.number();
        Type type = kind(n);
        long bits = Draw.bits(seed, Purpose.FIELDS, n);
        String host = word(HOSTS, bits) + "-" + (1 + Math.floorMod(bits >> 8, 9));
        String person = word(PEOPLE, bits >> 16);
        String address = "198.51.100." + (1 + Math.floorMod(bits >> 24, 254));
        ObjectNode json = Json.object().put("id", id(n)).put("type", type.type()).put("name", type.name())
                .put("message", type.message().replace("%h", host).replace("%p", person).replace("%a", address))
                .put("created_at", time(entry.created(), entry.digits())).put("critical", type.critical());
        if (type.onServer()) {
            json.put("server_id", HexFormat.of().toHexDigits(Draw.bits(seed, Purpose.KEY, host.hashCode()))
                    + "0242ac1100021f0e").put("server_platform", "Linux").put("server_hostname", host)
                    .put("server_label", host).put("server_reported_fqdn", host + ".norrvik.example")
                    .put("server_ip_address", "203.0.113." + (1 + Math.floorMod(bits >> 32, 254)))
                    .put("server_group_name", word(GROUPS, bits >> 40)).put("policy_name", "house rules")
                    .put("rule_name", type.name().toLowerCase(Locale.ROOT));
        } else {
            json.put("actor_username", person).put("actor_ip_address", address);
        }
        return json;
    }

    private static String word(List<String> words, long bits) {
        return words.get((int) Math.floorMod(bits, (long) words.size()));
    }
}
