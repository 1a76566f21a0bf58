package dev.tocsin.rollout;

import dev.tocsin.event.Json;
import dev.tocsin.log.LogException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the steps of a plan do to flags and owners. Doing one again changes nothing. */
final class PlanSteps {
    private static final String RULE = "/targeting/if/0/==";
    private static final int ALL_MILLE = 1000;

    private final FlagDesk flags;
    private final OwnerDesk owners;
    private final Evidence evidence;

    PlanSteps(FlagDesk flags, OwnerDesk owners, Evidence evidence) {
        this.flags = flags;
        this.owners = owners;
        this.evidence = evidence;
    }

    /** Whoever is not owned by name belongs to the old engine, so that nobody is published twice. */
    void begin(Plan plan) {
        boolean isOwned = owners.owners().owners().stream()
                .anyMatch(o -> o.customer().equals(Assignment.ALL) && o.source().equals(Assignment.ALL));
        if (!isOwned) {
            set(List.of(new Assignment(Assignment.ALL, Assignment.ALL, plan.from())), plan, "who is not named");
        }
    }

    void apply(Plan plan, int number) {
        Plan.Step step = plan.steps().get(number);
        if (step.ingressMille() >= 0) {
            ingress(plan, step);
        } else if (step.shareMille() >= 0) {
            set(share(plan, step.shareMille()), plan, step.words());
        } else {
            List<Assignment> set = new ArrayList<>();
            List<String> customers = step.customers();
            if (customers != null) {
                customers.forEach(c -> set.add(new Assignment(c, Assignment.ALL, plan.to())));
            }
            set(set, plan, step.words());
        }
    }

    /** A larger share has all whom a smaller one had. */
    private List<Assignment> share(Plan plan, int mille) {
        List<Assignment> set = new ArrayList<>();
        Set<String> customers = new TreeSet<>(evidence.customers());
        owners.owners().owners().stream().map(Owner::customer).forEach(customers::add);
        customers.remove(Assignment.ALL);
        for (String customer : customers) {
            if (dev.tocsin.rollout.logic.Shares.mille(plan.name() + "/" + customer) < mille) {
                set.add(new Assignment(customer, Assignment.ALL, plan.to()));
            }
        }
        if (mille >= ALL_MILLE) {
            set.add(new Assignment(Assignment.ALL, Assignment.ALL, plan.to()));
        }
        return set;
    }

    /** All whom the new engine owns. */
    void giveBack(Plan plan, String why) {
        List<Assignment> set = owners.owners().owners().stream().filter(o -> o.engine().equals(plan.to()))
                .map(o -> new Assignment(o.customer(), o.source(), plan.from())).toList();
        set(set, plan, "aborted: " + why);
    }

    private void set(List<Assignment> set, Plan plan, String what) {
        if (!set.isEmpty()) {
            owners.change(new OwnerDesk.Request(set, "rollout " + plan.name() + ", " + what, null), "rollout");
        }
    }

    private void ingress(Plan plan, Plan.Step step) {
        JsonNode before = flags.flags().document().path("flags").path(GateFlag.INGRESS.key());
        ObjectNode flag = before instanceof ObjectNode there ? there.deepCopy() : fresh();
        // What the flag said before stays for all other engines.
        JsonNode others = flag.path("targeting");
        boolean isOurs = plan.to().equals(flag.at(RULE).path(1).asString(""));
        JsonNode rest = isOurs ? flag.at("/targeting/if/2/if/2") : others.isEmpty() ? otherwise(flag) : others;
        ObjectNode targeting = Json.object();
        ArrayNode branch = targeting.putArray("if");
        isEngine(branch, plan.to());
        int mille = step.ingressMille();
        if (mille == ALL_MILLE || mille == 0) {
            branch.add(mille == 0 ? "closed" : "open");
        } else {
            ArrayNode fraction = branch.addObject().putArray("fractional");
            fraction.addArray().add("open").add(mille);
            fraction.addArray().add("closed").add(ALL_MILLE - mille);
        }
        // The old engine goes on seeing everything, so that it can be compared, and take customers back at any event.
        ArrayNode old = branch.addObject().putArray("if");
        isEngine(old, plan.from());
        old.add("open");
        old.add(rest);
        flag.set("targeting", targeting);
        FlagDesk.Outcome outcome = flags.change(new FlagDesk.Request(GateFlag.INGRESS.key(), flag, "rollout "
                + plan.name() + ", " + step.words(), null, false), "rollout");
        if (!outcome.problems().isEmpty()) {
            throw new LogException("the flag " + GateFlag.INGRESS.key() + " cannot be set: " + outcome.problems());
        }
    }

    private static void isEngine(ArrayNode branch, String engine) {
        ArrayNode equal = branch.addObject().putArray("==");
        equal.addObject().put("var", "engine");
        equal.add(engine);
    }

    private static JsonNode otherwise(ObjectNode flag) {
        return Json.object().textNode(flag.path("defaultVariant").asString("open"));
    }

    private static ObjectNode fresh() {
        ObjectNode flag = Json.object().put("state", "ENABLED");
        flag.putObject("variants").put("open", true).put("closed", false);
        return flag.put("defaultVariant", "open");
    }
}
