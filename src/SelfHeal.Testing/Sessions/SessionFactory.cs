using Xunit;
using Xunit.v3;

namespace SelfHeal.Testing.Sessions;

/// <summary>Makes the session of a test from its attribute.</summary>
internal static class SessionFactory
{
    /// <exception cref="SelfHealException">The program is gone, or the work directory cannot be made.</exception>
    public static HealSession Create(IHealTest attribute, IXunitTest test)
    {
        string program = (attribute.Image is null ? SessionProgram.Find(attribute.Program, AppContext.BaseDirectory) : attribute.Program)
            ?? throw new ProgramNotStartedException(SessionProgram.Check(attribute) ?? $"The program {attribute.Program} is gone.");
        return new HealSession(new SessionOptions
        {
            Name = test.TestDisplayName,
            ShortName = $"{test.TestCase.TestClass.Class.Name}.{test.TestMethod.MethodName}",
            TestId = test.TestCase.UniqueID,
            Program = program,
            Image = attribute.Image,
            Arguments = attribute.Arguments,
            StateDirectories = attribute.State,
            Seed = attribute.Seed,
            RunTimeout = TimeSpan.FromMilliseconds(attribute.RunTimeout),
            Say = text => TestContext.Current.TestOutputHelper?.WriteLine(text),
            Attach = (name, text) => TestContext.Current.AddAttachment(name, text, replaceExistingValue: true),
            CancellationToken = TestContext.Current.CancellationToken,
        });
    }
}
