using Xunit;
using Xunit.v3;

namespace SelfHeal.Testing.Sessions;

/// <summary>Makes the session of a test from its attribute.</summary>
internal static class SessionFactory
{
    /// <param name="attribute">The test's own.</param>
    /// <param name="test">The test.</param>
    /// <exception cref="SelfHealException">The program is gone, or the work directory cannot be made.</exception>
    public static HealSession Create(IHealTest attribute, IXunitTest test)
    {
        Type type = test.TestCase.TestClass.Class;
        return Create(ProgramSettings.Of(attribute, type), test.TestDisplayName, $"{type.Name}.{test.TestMethod.MethodName}", test.TestCase.UniqueID);
    }

    /// <param name="program">What is said about the program.</param>
    /// <param name="name">For people.</param>
    /// <param name="shortName">For the directory.</param>
    /// <param name="testId">As the platform knows it; empty: it is no test's.</param>
    /// <param name="runTimeout">In place of the program's own.</param>
    /// <exception cref="SelfHealException">The program is gone, or the work directory cannot be made.</exception>
    public static HealSession Create(IHealTest program, string name, string shortName, string testId, TimeSpan? runTimeout = null) => new(new SessionOptions
    {
        Name = name,
        ShortName = shortName,
        TestId = testId,
        Program = (program.Image is null ? SessionProgram.Find(program.Program, AppContext.BaseDirectory) : program.Program)
            ?? throw new ProgramNotStartedException(ProgramSettings.Check(program) ?? $"The program {program.Program} is gone."),
        Image = program.Image,
        Arguments = program.Arguments,
        Environment = program.Environment,
        StateDirectories = program.State,
        Ready = program.Ready,
        ReadyTimeout = TimeSpan.FromMilliseconds(program.ReadyTimeout),
        Seed = program.Seed,
        RunTimeout = runTimeout ?? TimeSpan.FromMilliseconds(program.RunTimeout),
        Say = text => TestContext.Current.TestOutputHelper?.WriteLine(text),
        Attach = (attachment, text) => TestContext.Current.AddAttachment(attachment, text, replaceExistingValue: true),
        CancellationToken = TestContext.Current.CancellationToken,
    });
}
