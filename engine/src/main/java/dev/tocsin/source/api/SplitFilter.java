package dev.tocsin.source.api;

import dev.tocsin.config.Doc;
import java.util.List;

/** A parameter that splits the events of one instant, for instants with more events than all pages can show. */
@Doc("A filter by which the events of a single instant are read in parts, when they are more than the pages can show.")
public record SplitFilter(@Doc("The parameter, such as type.") String parameter,
        @Doc("Every value that there is: each event must have one of them.") List<String> values) {
    public SplitFilter {
        values = List.copyOf(values);
        if (values.size() < 2) {
            throw new IllegalArgumentException("values of a split are two or more");
        }
    }
}
