/**
 * The Sigma rule language: parse, compile, match, explain. A library; imports no other room.
 *
 * <p>In: rule files ({@link dev.tocsin.sigma.SigmaRules}) and events as JSON, bytes or trees. Out: the rules that
 * an event matches
 * ({@link dev.tocsin.sigma.SigmaEngine}), why ({@link dev.tocsin.sigma.Explanation}), and what is wrong with a rule
 * ({@link dev.tocsin.sigma.SigmaProblem}), always with file, line and column.
 *
 * <p>The way of a rule: {@link dev.tocsin.sigma.YamlReader} makes marked nodes, {@link dev.tocsin.sigma.RuleReader} makes
 * the syntax tree ({@link dev.tocsin.sigma.Detection}, {@link dev.tocsin.sigma.Condition},
 * {@link dev.tocsin.sigma.ValueTest}), filters narrow it ({@link dev.tocsin.sigma.SigmaFilter}), a
 * {@link dev.tocsin.sigma.Pipeline} rewrites it, the engine compiles what came out to arrays
 * ({@link dev.tocsin.sigma.EventMatcher} tells how it works). {@link dev.tocsin.sigma.NaiveEvaluator} walks the
 * same tree slowly and obviously, and is what the engine is tested against.
 *
 * <p>Meaning of a match: Sigma 2.1.0; what it leaves open is settled in {@link dev.tocsin.sigma.NaiveEvaluator}. Logic is
 * two-valued: an absent field makes its item false, so {@code not} of it is true. Regular expressions are RE2: no rule can
 * hang the engine. Everything public is immutable and thread-safe.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.sigma;
