package dev.tocsin.sigma;

/** The checks of {@link SigmaLint}; the code is stable, the severity is what the check gives. */
public enum LintCheck {
    MISSING_ID("S201", "warning", "the rule has no id"),
    BAD_ID("S202", "warning",
            "the id is not a UUID"),
    MISSING_TITLE("S203", "warning", "the rule has no title"),
    LONG_TITLE("S204",
            "warning", "the title is longer than 256 characters"),
    MISSING_LEVEL("S205", "warning",
            "the rule has no level"),
    UNKNOWN_LEVEL("S206", "warning",
            "the level is none of the specification's"),
    MISSING_STATUS("S207", "warning",
            "the rule has no status"),
    UNKNOWN_STATUS("S208", "warning",
            "the status is none of the specification's"),
    UNUSED_SELECTION(
            "S209", "warning",
            "no condition names the selection"),
    MISSING_DESCRIPTION(
            "S210", "warning",
            "the rule has no description"),
    MISSING_AUTHOR(
            "S211", "warning",
            "the rule has no author"),
    BAD_DATE("S212",
            "warning",
            "a date is not YYYY-MM-DD"),
    BAD_TAG(
            "S213", "warning",
            "a tag is not namespace.name in lower case"),
    ALL_OF_ONE(
            "S214", "warning",
            "\"all\" on a single value says nothing"),
    NULL_IN_LIST(
            "S215",
            "warning",
            "null shares a list with other values"),
    ESCAPED_WILDCARD(
            "S216",
            "warning",
            "an escaped wildcard at the end of a path is a literal character"),
    REDUNDANT_WILDCARD(
            "S217",
            "warning",
            "the wildcard repeats what the modifier does"),
    AMBIGUOUS_SCALAR(
            "S218",
            "warning",
            "older YAML reads the value otherwise"),
    PLAIN_REGEX(
            "S219",
            "warning",
            "the regular expression begins or ends with .*, or needs none"),
    EMPTY_KEYWORD(
            "S220",
            "warning",
            "an empty keyword matches every event"),
    MISSPELT_KEY(
            "S221",
            "warning",
            "a top-level key looks like a misspelt one"),
    QUANTIFIER_OF_ONE(
            "S222",
            "warning",
            "the quantifier speaks about one selection only"),
    WINDASH_WITHOUT_DASH(
            "S223",
            "warning",
            "windash finds no dash to vary"),
    ONLY_NEGATIVE(
            "S224",
            "warning",
            "the rule matches whatever lacks something, so nearly every event"),
    REPEATED_VALUE(
            "S225",
            "warning",
            "a value stands twice in a list"),
    NOT_A_LIST(
            "S226",
            "warning",
            "the key should be a list"),
    LOOSE_NETWORK(
            "S227",
            "warning",
            "bits are set behind the network's prefix"),
    LONE_TIMEFRAME(
            "S228",
            "warning",
            "timeframe has no meaning without a correlation"),
    EXPAND_WITHOUT_PLACEHOLDER(
            "S229",
            "warning",
            "expand finds no placeholder");

    private final String code;
    private final String severity;
    private final String summary;

    LintCheck(String code, String severity, String summary) {
        this.code = code;
        this.severity = severity;
        this.summary = summary;
    }

    public String code() {
        return code;
    }

    /** One clause that says what is wrong in general. */
    public String summary() {
        return summary;
    }

    SigmaProblem at(Place place, String what, String hint) {
        return new SigmaProblem(code, place.file(), place.line(), place.column(), severity, what, hint);
    }
}
