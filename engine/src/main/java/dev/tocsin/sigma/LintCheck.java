package dev.tocsin.sigma;

import java.util.Optional;

/**
 * The checks of {@link SigmaLint}; the code is stable. What each is about, with a rule that it finds and one that it does
 * not, stands in {@code sigma/lint.yml}, from which the reference page and the tests are made: see {@link LintGuide}.
 */
public enum LintCheck {
    MISSING_ID("S201", "warning", false, "the rule has no id"), //
    BAD_ID("S202", "warning", false, "the id is not a UUID"), //
    MISSING_TITLE("S203", "warning", false, "the rule has no title"), //
    LONG_TITLE("S204", "warning", false, "the title is longer than 256 characters"), //
    MISSING_LEVEL("S205", "warning", false, "the rule has no level"), //
    UNKNOWN_LEVEL("S206", "warning", true, "the level is none of the specification's"), //
    MISSING_STATUS("S207", "warning", false, "the rule has no status"), //
    UNKNOWN_STATUS("S208", "warning", true, "the status is none of the specification's"), //
    UNUSED_SELECTION("S209", "warning", false, "no condition names the selection"), //
    MISSING_DESCRIPTION("S210", "warning", false, "the rule has no description"), //
    MISSING_AUTHOR("S211", "warning", false, "the rule has no author"), //
    BAD_DATE("S212", "warning", true, "a date is not YYYY-MM-DD"), //
    BAD_TAG("S213", "warning", true, "a tag is not namespace.name in lower case"), //
    ALL_OF_ONE("S214", "warning", true, "\"all\" on a single value says nothing"), //
    NULL_IN_LIST("S215", "warning", false, "null shares a list with other values"), //
    ESCAPED_WILDCARD("S216", "warning", false, "an escaped wildcard at the end of a path is a literal character"), //
    REDUNDANT_WILDCARD("S217", "warning", true, "the wildcard repeats what the modifier does"), //
    AMBIGUOUS_SCALAR("S218", "warning", false, "older YAML reads the value otherwise"), //
    PLAIN_REGEX("S219", "warning", false, "the regular expression begins or ends with .*, or needs none"), //
    EMPTY_KEYWORD("S220", "warning", false, "an empty keyword matches every event"), //
    MISSPELT_KEY("S221", "warning", false, "a top-level key looks like a misspelt one"), //
    QUANTIFIER_OF_ONE("S222", "warning", true, "the quantifier speaks about one selection only"), //
    WINDASH_WITHOUT_DASH("S223", "warning", false, "windash finds no dash to vary"), //
    ONLY_NEGATIVE("S224", "warning", false, "the rule matches whatever lacks something, so nearly every event"), //
    REPEATED_VALUE("S225", "warning", true, "a value stands twice in a list"), //
    NOT_A_LIST("S226", "warning", true, "the key should be a list"), //
    LOOSE_NETWORK("S227", "warning", true, "bits are set behind the network's prefix"), //
    LONE_TIMEFRAME("S228", "warning", false, "timeframe has no meaning without a correlation"), //
    EXPAND_WITHOUT_PLACEHOLDER("S229", "warning", false, "expand finds no placeholder"), //
    TITLE_FULL_STOP("S230", "info", false, "the title ends with a full stop"), //
    TITLE_DETECTS("S231", "info", false, "the title begins with \"Detects\""), //
    SHORT_DESCRIPTION("S232", "info", false, "the description says next to nothing"), //
    REPEATED_REFERENCE("S233", "warning", true, "a reference stands twice"), //
    BAD_REFERENCE("S234", "info", false, "a reference is no web address"), //
    REPEATED_TAG("S235", "warning", true, "a tag stands twice"), //
    UNKNOWN_TAG_NAMESPACE("S236", "info", false, "the tag's namespace is none of the specification's"), //
    BAD_ATTACK_TAG("S237", "warning", false, "an attack tag names neither tactic, technique, group nor software"), //
    TECHNIQUE_WITHOUT_TACTIC("S238", "info", false, "techniques are tagged but no tactic"), //
    MODIFIED_BEFORE_DATE("S239", "warning", false, "the rule was modified before it was written"), //
    MODIFIED_WITHOUT_DATE("S240", "info", false, "there is a modified date but no date"), //
    EMPTY_KEY("S241", "warning", false, "a top-level key has no value"), //
    EMPTY_FALSEPOSITIVE("S242", "info", false, "a false positive that tells an analyst nothing"), //
    BAD_RELATED("S243", "warning", false, "an entry of related lacks id or type, or has an unknown type"), //
    RELATED_TO_ITSELF("S244", "warning", false, "the rule is related to itself"), //
    LOGSOURCE_CASE("S245", "warning", false, "the log source is not in lower case"), //
    UNKNOWN_LOGSOURCE("S246", "info", false, "no public rule uses this product, category or service"), //
    UNKNOWN_FIELD("S247", "warning", false, "events of this log source are not known to have the field"), //
    NEVER_FIRES("S248", "warning", false, "the rule can never fire: a field it cannot do without is not there"), //
    SOURCE_NOT_SEEN("S249", "warning", false, "no event of the rule's log source was seen"), //
    CANNOT_HOLD("S250", "warning", false, "the condition contradicts itself and can never hold"), //
    ALWAYS_HOLDS("S251", "warning", false, "the condition holds for every event"), //
    IDLE_PART("S252", "warning", false, "a part of the condition makes no difference"), //
    CONTRADICTING_ITEMS("S253", "warning", false, "no value can meet both items"), //
    ALL_OF_EXACT("S254", "warning", false, "one value cannot equal all of several texts"), //
    FILTER_TAKES_ALL("S255", "warning", false, "the filter takes away everything that the selection finds"), //
    VALUE_COVERED("S256", "info", false, "another value of the list already matches whatever this one does"), //
    SAME_SELECTIONS("S257", "warning", false, "two selections ask the same"), //
    DOUBLE_NOT("S258", "info", false, "not not says nothing"), //
    ALL_SELECTIONS("S259", "info", false, "\"of them\" takes in every selection that is added later"), //
    PATTERN_OF_ONE("S260", "info", false, "the pattern fits one selection only"), //
    OPERATOR_CASE("S261", "info", true, "and, or, not, of are written in lower case"), //
    ODD_SELECTION_NAME("S262", "warning", false, "the selection's name is hard to use in a condition"), //
    ONLY_WILDCARD("S263", "info", false, "a lone * asks only that the field is there and not empty"), //
    WILDCARDS_FOR_MODIFIER("S264", "info", false, "wildcards at the ends say what a modifier says better"), //
    QUESTION_MARK("S265", "warning", false, "? is any one character, not a question mark"), //
    INVISIBLE_CHARACTER("S266", "warning", false, "the value has a character that cannot be seen"), //
    OUTER_BLANK("S267", "info", false, "an exact value begins or ends with a blank"), //
    SHORT_VALUE("S268", "info", false, "a value of one or two characters is found nearly everywhere"), //
    SHORT_KEYWORD("S269", "info", false, "a keyword of fewer than four characters is found nearly everywhere"), //
    NETWORK_AS_TEXT("S270", "info", false, "an address range is written as text"), //
    NETWORK_ON_NAME("S271", "warning", false, "cidr on a field that holds no address"), //
    NUMBER_ON_TEXT("S272", "warning", false, "a number is compared with a field that holds text"), //
    REPEATED_MODIFIER("S273", "warning", false, "a modifier stands twice"), //
    MODIFIER_ALIAS("S274", "info", true, "a modifier has a shorter name in the specification"), //
    BOTH_ENDS("S275", "warning", false, "startswith and endswith together mean contains"), //
    CASELESS_CASED("S276", "info", false, "cased on values that have no letters"), //
    REGEX_UNANCHORED_ANY("S277", "info", false,
            "the regular expression can match the empty text, so it matches whatever is there"), //
    LINE_ENDS("S278", "warning", true, "lines end with CR and LF"), //
    BYTE_ORDER_MARK("S279", "warning", true, "the file begins with a byte order mark"), //
    TRAILING_BLANKS("S280", "info", true, "lines end with blanks"), //
    NO_FINAL_NEWLINE("S281", "info", true, "the last line has no end"), //
    BLANK_LINES_AT_END("S282", "info", true, "empty lines at the end of the file"), //
    FILE_NAME("S283", "info", false, "the file's name is not lower case with _ between words"), //
    SAME_RULE("S284", "warning", false, "another rule has the same log source and detection"), //
    SAME_TITLE("S285", "warning", false, "another rule has the same title"), //
    UNKNOWN_CORRELATION_TYPE("S286", "warning", false, "the correlation's type is none of the specification's"), //
    CORRELATED_RULE_ABSENT("S287", "warning", false, "the correlation or filter refers to a rule that is not here"), //
    BAD_TIMESPAN("S288", "warning", false, "the timespan is not a number and s, m, h or d"), //
    NO_GROUP("S289", "info", false, "without group-by all events count together"), //
    IDLE_ALIAS("S290", "warning", false, "an alias that group-by does not use, or for a rule that is not listed"), //
    FIELD_NOT_GIVEN("S291", "warning", false, "the correlation counts values but names no field"), //
    FILTER_WITHOUT_NOT("S292", "warning", false, "the filter keeps only what it describes"), //
    UNKNOWN_SUPPRESSION("S293", "warning", false, "a comment switches off a check that does not exist"), //
    IDLE_SUPPRESSION("S294", "info", false, "a comment switches off a check that finds nothing here"); //

    private final String code;
    private final String severity;
    private final boolean fixable;
    private final String summary;

    LintCheck(String code, String severity, boolean fixable, String summary) {
        this.code = code;
        this.severity = severity;
        this.fixable = fixable;
        this.summary = summary;
    }

    /** @param code such as {@code S201} */
    public static Optional<LintCheck> ofCode(String code) {
        for (LintCheck check : values()) {
            if (check.code.equals(code)) {
                return Optional.of(check);
            }
        }
        return Optional.empty();
    }

    public String code() {
        return code;
    }

    /** {@code warning}: most likely a mistake; {@code info}: a matter of style, or worth a thought. */
    public String severity() {
        return severity;
    }

    /** Whether {@link RuleFixes} can mend it, at least in its simple forms. */
    public boolean isFixable() {
        return fixable;
    }

    /** One clause that says what is wrong in general. */
    public String summary() {
        return summary;
    }

    SigmaProblem at(Place place, String what, String hint) {
        return new SigmaProblem(code, place.file(), place.line(), place.column(), severity, what, hint);
    }
}
