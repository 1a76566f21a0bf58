package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;

/**
 * An {@link Expression} as steps: ask an item, go on here if it holds and there if not. Three numbers each, so that a rule is
 * decided without a call but those to items.
 */
final class Program {
    /** Where a step leads when the rule matches. */
    static final int MATCH = -1;
    /** Where a step leads when it does not. */
    static final int FAIL = -2;
    private static final int STEP = 3;

    private final List<int[]> steps = new ArrayList<>();

    private Program() {
    }

    /** The steps, one behind the other; begin with the last. */
    static int[] of(Expression expression) {
        Program program = new Program();
        program.add(expression, MATCH, FAIL);
        int[] code = new int[program.steps.size() * STEP];
        for (int i = 0; i < program.steps.size(); i++) {
            System.arraycopy(program.steps.get(i), 0, code, i * STEP, STEP);
        }
        return code;
    }

    /** From the end to the start, so that each step knows where it leads. */
    private int add(Expression expression, int match, int fail) {
        switch (expression) {
            case Expression.Leaf leaf -> {
                steps.add(new int[]{leaf.item(), leaf.negated() ? fail : match, leaf.negated() ? match : fail});
                return (steps.size() - 1) * STEP;
            }
            case Expression.Many many -> {
                int first = many.all() ? match : fail;
                for (Expression part : many.parts().reversed()) {
                    first = many.all() ? add(part, first, fail) : add(part, match, first);
                }
                return first;
            }
        }
    }
}
