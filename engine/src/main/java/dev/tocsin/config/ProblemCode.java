package dev.tocsin.config;

import dev.tocsin.base.Problem;

/** Every code a problem can have, each with the paragraph that stands in docs/reference/problems.md. */
public enum ProblemCode {
    UNREADABLE("E100", """
            The file is not there, may not be read, is larger than 3 MiB, or is not UTF-8 text. Nothing in it was looked
            at. Check the path given with `-c`, the owner and mode of the file, and the editor's encoding."""), //
    SYNTAX("E101",
            """
                    The file is not YAML 1.2. The place is where the reader gave up; the cause is often one line above: a missing
                    colon or quote, a tab in the indentation, or a value that begins with `@`, `*`, `%` and needs quotes."""), //
    UNKNOWN_SETTING("E102", """
            There is no setting of that name here. Nothing is ignored silently: a misspelt setting would otherwise leave
            the default in force. The hint names the nearest known setting and all that are known at this place."""), //
    MISSING("E103", """
            A setting that has no default is not given. The place is the section in which it is missing."""), //
    DUPLICATE("E104",
            """
                    The same name is given twice in one section. YAML readers differ in which one they believe, so neither is."""), //
    SHAPE("E105", """
            The value has another shape than expected: a list where one value belongs, text where a section belongs.
            The problem says what was expected and what was found."""), //
    VALUE("E106",
            """
                    The value cannot be read as what the setting is: a number out of range, a duration without a unit, a size with
                    an unknown one. Durations are written `100ms`, `5s`, `2m`, `1h`, `7d`; sizes `512`, `64KiB`, `10MiB`, `2GB`;
                    endpoints `127.0.0.1:5514` or `[::1]:8080`."""), //
    UNKNOWN_TYPE("E107",
            """
                    `type:` names none of the kinds that can stand here. The hint names the nearest and all known ones. The other
                    settings of that section are not looked at, since they depend on the type."""), //
    UNKNOWN_CHOICE("E108", """
            The setting takes one of a few words, and this is none of them. The hint lists them."""), //
    VARIABLE("E109", """
            `${NAME}` or `${env:NAME}` names an environment variable that is not set. Set it, or give a default:
            `${NAME:-value}`. To write a literal `${`, write `$${`."""), //
    SUBSTITUTION("E110", """
            What stands between `${` and `}` cannot be used: it is not closed, is none of `${NAME}`, `${env:NAME}`,
            `${NAME:-default}`, `${file:/path}`, the file cannot be read, or what it stands for has more than one line.
            Substitution is done on single values after the file is parsed, so that it can never add settings."""), //
    LIMIT("E111",
            """
                    The file is nested deeper than 50 levels, uses more than 100 aliases, an alias contains itself, the file grows
                    beyond 100,000 values when its aliases are followed, or it uses a YAML tag such as `!include`, which has
                    no meaning here."""), //
    REFUSED("E112", """
            Each setting can be read, but together they make no sense, or one is outside of what it may be. The place is
            the setting that the reason names, or else the section."""), //
    TOO_MANY("E113", """
            More than 500 problems were found; the rest is not listed. One missing line early in the file often causes
            most of them."""), //
    MISSING_FILE("E114", """
            A file or directory that the configuration names is not there. Relative paths begin at the configuration's
            own directory."""), //
    OPEN_LISTENER("E115",
            """
                    A listener can be reached from other machines and takes whatever is sent. Off this machine a listener needs to
                    know who sends. So does whoever gets what a sink sends without TLS to another machine."""), //
    NOT_STARTED("E116", """
            The node could not start: a port or the data directory is in use, the log cannot be opened, a cluster has
            settings that lose acknowledged events. The message says which and what to do."""), //
    CONFLICT("E117", """
            Two parts of the configuration want the same thing: one port, one file, one name. Change one of the two; the
            hint names the other."""), //
    DIRECTORY("E118",
            """
                    A directory or file that the node must write cannot be used: it belongs to somebody else, may not be written, is
                    not a directory, or holds what another program put there."""), //
    STEP("E120",
            """
                    A step of `process.steps` has another form than it may have: exactly one of `filter`, `drop`, `set` and `lookup`,
                    and a `reason` of a-z, 0-9 and _ for those that drop."""), //
    EXPRESSION("E121", """
            An expression is not CEL, or names something that does not exist. The column counts within the expression.
            Known are `event`, `customer`, `source` and `logsource`."""), //
    PROTECTED_FIELD("E122", """
            A step would set a field that proves where the event came from: `event.original`, `vendor`, `tocsin`,
            `@timestamp`. Set another one."""), //
    FLAG("E123",
            """
                    A feature flag has another form than flagd's schema and ours allow, names a flag, variant, variable or operator
                    that does not exist, or chooses what is no variant. The place is a JSON pointer into the document. Nothing of it
                    was accepted; the flags in force stay."""), //
    NO_RULES("W132", """
            The paths in `detect.rules` hold no Sigma rule that can be used, so nothing will ever raise an alert."""), //
    RULE_REFUSED("W131",
            """
                    A rule cannot be used and is left out; the others run. `tocsin rules lint` explains the rule's own problem."""), //
    PLAIN_SECRET("W130", """
            A secret is written in the file itself. It works, but whoever may read the file knows it. Use
            `${env:NAME}` or `${file:/path}`."""), //
    UNREACHABLE("E301", """
            No node answered at the address. Either none runs (`tocsin run`, `tocsin demo`), or it listens elsewhere
            (`--url`), or something between refuses the connection. Commands end with exit code 3."""), //
    NOT_ALLOWED("E302", """
            The node answered, but does not take the token, or the token's role may not do this. The token comes from
            `--token`, `TOCSIN_TOKEN`, or the file `admin.token` in the data directory (`--data`, `TOCSIN_DATA`)."""), //
    NODE_REFUSED("E303", """
            The node answered that it cannot do what was asked: the thing does not exist, the question cannot be parsed,
            or something failed inside. The problem repeats the node's own words."""), //
    NOT_CONFIRMED("E304",
            """
                    The command changes something, and it is not clear what, or nobody has said yes to it. Name what is meant, and
                    add `--yes` where nobody can be asked, or `--dry-run` to see first what would be done.""");

    private final String code;
    private final String paragraph;

    ProblemCode(String code, String paragraph) {
        this.code = code;
        this.paragraph = paragraph.replace('\n', ' ');
    }

    /** {@code E107}; {@code W…} for what is used nevertheless. */
    public String code() {
        return code;
    }

    /** What it means and what to do, for the reference. */
    public String paragraph() {
        return paragraph;
    }

    public boolean isError() {
        return isError(code);
    }

    public static boolean isError(String code) {
        return !code.startsWith("W");
    }

    public Problem problem(String where, String what, String hint) {
        return new Problem(code, where, what, hint);
    }
}
