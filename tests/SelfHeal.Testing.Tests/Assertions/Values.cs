using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Search;

namespace SelfHeal.Testing.Tests.Assertions;

/// <summary>Results that no program had to be run for.</summary>
internal static class Values
{
    public static HealResult Healed(TemporaryDirectory directory) => new()
    {
        Verdict = HealVerdict.Healed,
        Sentence = "bc is healed in 1 trial.",
        Run = Run(directory),
        Failure = new Failure(FailureKind.Signal, "bc was killed by SIGABRT.", new ExitStatus(null, 6), []),
        Findings = [Finding()],
        Trials = [new Trial(1, "<bc+0x10> : Pad Allocation 512", Patch.Empty, true, true, "avoided", TimeSpan.FromSeconds(1))],
    };

    public static HealResult NotHealed(TemporaryDirectory directory) => Healed(directory) with
    {
        Verdict = HealVerdict.NotHealed,
        Sentence = "bc is not healed: a {brace} and nothing else.",
        Findings = [],
    };

    private static OverflowFinding Finding() => new(
        OverflowKind.WriteAfter, 512, 512, 512, 1, [Frame("bc_malloc", 652), Frame("more_arrays", 173)], [Frame("more_arrays", 186)]);

    private static StackFrame Frame(string function, int line) =>
        new(0x1000, "bc", "/bin/bc", 0x1000, [new SourceLocation(function, "storage.c", line)]);

    private static RunDirectory Run(TemporaryDirectory directory) =>
        RunDirectory.Create(directory.At("run"), new RunInfo { Program = "bc", ProgramPath = "/bin/bc" });
}
