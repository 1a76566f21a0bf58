package dev.tocsin.sigma;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Lints a file as text: line ends, blanks, name. */
final class FileLint {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_.-]*\\.ya?ml");

    private final String file;
    private final String text;
    private final List<SigmaProblem> problems = new ArrayList<>();

    /** @param text as it is on the disk, byte order mark included */
    FileLint(String file, String text) {
        this.file = file;
        this.text = text;
    }

    List<SigmaProblem> problems() {
        String name = String.valueOf(Path.of(file).getFileName());
        if (!NAME.matcher(name).matches()) {
            at(1, LintCheck.FILE_NAME, "the file is called \"" + name + "\"", "write lower case with _ between words");
        }
        if (text.startsWith("\ufeff")) {
            at(1, LintCheck.BYTE_ORDER_MARK, LintCheck.BYTE_ORDER_MARK.summary(), "other tools stumble over it");
        }
        String[] lines = text.split("\n", -1);
        int carriage = 0;
        int blanks = 0;
        for (int i = lines.length - 1; i >= 0; i--) {
            carriage = lines[i].endsWith("\r") ? i + 1 : carriage;
            blanks = lines[i].matches(".*[ \\t]\\r?") ? i + 1 : blanks;
        }
        if (carriage > 0) {
            at(carriage, LintCheck.LINE_ENDS, LintCheck.LINE_ENDS.summary(),
                    "they are in the values of block texts too");
        }
        if (blanks > 0) {
            at(blanks, LintCheck.TRAILING_BLANKS, LintCheck.TRAILING_BLANKS.summary(), "this is the first");
        }
        if (!text.isEmpty() && !text.endsWith("\n")) {
            at(lines.length, LintCheck.NO_FINAL_NEWLINE, LintCheck.NO_FINAL_NEWLINE.summary(), "");
        } else if (text.endsWith("\n\n") || text.endsWith("\n\r\n")) {
            at(lines.length - 1, LintCheck.BLANK_LINES_AT_END, LintCheck.BLANK_LINES_AT_END.summary(), "");
        }
        return problems;
    }

    private void at(int line, LintCheck check, String what, String hint) {
        problems.add(check.at(new Place(file, line, 1), what, hint));
    }
}
