using FluentAssertions.Execution;
using FluentAssertions.Primitives;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;

namespace SelfHeal.Testing.Assertions;

/// <summary>Assertions about how a run ended and what it printed.</summary>
public sealed class RunAssertions(RunResult subject) : ReferenceTypeAssertions<RunResult, RunAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "the run";

    /// <summary>These assertions again.</summary>
    public RunAssertions And => this;

    /// <summary>Exit status 0.</summary>
    public RunAssertions Succeed(string because = "", params object[] becauseArgs) =>
        Check(Subject is { Exit.IsSuccess: true, TimedOut: false }, "to succeed", because, becauseArgs);

    /// <summary>A signal ended it: 6 is SIGABRT, 11 is SIGSEGV.</summary>
    public RunAssertions BeKilledBy(int signal, string because = "", params object[] becauseArgs) =>
        Check(Subject?.Exit.Signal == signal, $"to be {new ExitStatus(null, signal)}", because, becauseArgs);

    /// <summary>Standard output is exactly this.</summary>
    public RunAssertions Print(string expected, string because = "", params object[] becauseArgs)
    {
        Execute.Assertion.BecauseOf(because, becauseArgs).ForCondition(Subject?.StandardOutput == expected)
            .FailWith("Expected {context:the run} to print {0}{reason}, but it printed {1}.", expected, Subject?.StandardOutput);
        return this;
    }

    private RunAssertions Check(bool holds, string expectation, string because, object[] becauseArgs)
    {
        Execute.Assertion.BecauseOf(because, becauseArgs).ForCondition(holds)
            .FailWith("Expected {context:the run} " + expectation + "{reason}, but {0}", holds ? null : new Text(Outcome()));
        return this;
    }

    private string Outcome()
    {
        if (Subject is null)
        {
            return "there is no run.";
        }

        string said = Subject.StandardError.Trim();
        string how = Subject.Directory.Info.Mode == Log.RunMode.Plain ? $"it ended with {Subject.Exit}." : Diagnoser.Classify(Subject).Sentence;
        return said.Length > 0 ? $"{how} It said: {said}" : how;
    }
}
