package dev.tocsin.fabric.ws;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Where we deliberately answer otherwise than the recorded Broker or Zeek, and why. The same list stands in
 * docs/reference/websocket.md.
 */
final class Differences {
    /** What a message of a recording means to us. */
    enum Ours {
        /** The recording's server delivers it, we refuse it as invalid data. */
        INVALID,
        /** Both deliver it, with other content. */
        OTHER_CONTENT,
        /** The recording's server breaks the connection off, we refuse it as invalid data. */
        INVALID_NOT_CLOSED
    }

    private record Rule(String why, Ours ours, Predicate<Step> when) {
    }

    /** A message sent, and what the recording's server answered, empty for nothing. */
    record Step(String sent, String answered) {
        boolean sends(String type, String data) {
            return Pattern.compile("\"@data-type\": ?\"" + type + "\", ?\"data\": ?\"" + data + "\"").matcher(sent)
                    .find();
        }

        boolean answers(String type, String data) {
            return answered.contains("\"@data-type\":\"" + type + "\",\"data\":" + data);
        }
    }

    private static final List<Rule> RULES = List.of(
            new Rule("\\/ is a solidus (RFC 8259), not a question mark", Ours.OTHER_CONTENT,
                    s -> s.sent().contains("\\/") && s.answered().contains("?")),
            new Rule("a fraction of a second before 1970 is not added to the wrong second", Ours.OTHER_CONTENT,
                    s -> s.sends("timestamp", "1[0-9]{3}-[^\"]*\\.[0-9]*[1-9][^\"]*")),
            new Rule("a time that 64 bits of nanoseconds cannot hold is refused, not wrapped round", Ours.INVALID,
                    s -> s.sends("timestamp", "(?:2(?:26[2-9]|2[7-9]|[3-9])|[3-9]|1[0-6])[0-9]*-[^\"]*")
                            && !s.sent().contains("2262-0") && !s.answered().isEmpty()),
            new Rule("a subnet with a bad length is refused, it does not become all of the Internet", Ours.INVALID,
                    s -> s.answers("subnet", "\"::/0\"") && !s.sends("subnet", "::/0")),
            new Rule("a port above 65535 is refused, not taken modulo 65536", Ours.INVALID,
                    s -> s.sends("port",
                            "(?:[0-9]{6,}|[7-9][0-9]{4}|6[6-9][0-9]{3}|65[6-9][0-9]{2}|655[4-9][0-9]|6553[6-9])"
                                    + "[^\"]*")),
            new Rule("a port that is no number is refused, it is not 0", Ours.INVALID,
                    s -> s.sends("port", "[^0-9/\"][^\"]*") && s.answers("port", "")),
            new Rule("a port's number is followed by its protocol, nothing stands between", Ours.INVALID,
                    s -> s.sends("port", "[0-9]+[^0-9/\"]+[^\"]*") && s.answers("port", "")),
            new Rule("an invalid address is refused, the connection stays", Ours.INVALID_NOT_CLOSED,
                    s -> s.sent().contains("\"address\"") && s.answered().equals("closed")),
            new Rule("a number that is not finite is refused: JSON could not say it again", Ours.INVALID,
                    s -> s.answered().contains("inf") || s.answered().contains("\"data\":nan")),
            new Rule("numbers with leading zeros are decimal, never octal", Ours.OTHER_CONTENT,
                    s -> Pattern.compile("\"data\": ?-?0[0-9]*[89]|\"data\": ?-?0[1-9][0-9]+").matcher(s.sent())
                            .find()));

    private Differences() {
    }

    static Optional<Ours> of(String sent, String answered) {
        Step step = new Step(sent, answered);
        return RULES.stream().filter(r -> r.when().test(step)).map(Rule::ours).findFirst();
    }
}
