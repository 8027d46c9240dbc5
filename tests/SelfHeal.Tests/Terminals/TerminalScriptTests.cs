using FluentAssertions;
using SelfHeal.Terminals;
using Xunit;

namespace SelfHeal.Tests.Terminals;

public sealed class TerminalScriptTests
{
    [Fact]
    public void Steps_are_read_in_their_order() => TerminalScript.Parse("""
        size 30 100
        # what is typed
        wait "ready \"now\"" 2.5

          send "a\r\e\t\n\\\x03é"
        wait "x"
        end 3
        """).Steps.Should().Equal(
        new TerminalStep(1, TerminalStepKind.Size, Rows: 30, Columns: 100),
        new TerminalStep(3, TerminalStepKind.Wait, "ready \"now\"", TimeSpan.FromSeconds(2.5)),
        new TerminalStep(5, TerminalStepKind.Send, "a\r\e\t\n\\\x03é"),
        new TerminalStep(6, TerminalStepKind.Wait, "x", TerminalScript.DefaultLimit),
        new TerminalStep(7, TerminalStepKind.End, Limit: TimeSpan.FromSeconds(3)));

    [Theory]
    [InlineData("type \"x\"", "'type' is no step")]
    [InlineData("send x", "send wants a text in double quotes")]
    [InlineData("send", "send wants a text in double quotes")]
    [InlineData("send \"x", "the closing quote is missing")]
    [InlineData("send \"x\\", "'\\' is unknown")]
    [InlineData("send \"\\q\"", "'\\q' is unknown")]
    [InlineData("send \"\\xff\"", "'\\x' is unknown")]
    [InlineData("send \"x\" 5", "'5' is too much behind send")]
    [InlineData("wait \"x\" soon", "'soon' is no number of seconds")]
    [InlineData("wait \"x\" -1", "'-1' is no number of seconds")]
    [InlineData("wait \"x\" 1 2", "'2' is too much behind wait")]
    [InlineData("size 24", "size wants rows and columns from 1 to 1000, not ''")]
    [InlineData("size 0 80", "size wants rows and columns from 1 to 1000, not '0'")]
    public void A_line_that_is_no_step_is_told_with_its_number(string line, string message)
    {
        Action parse = () => TerminalScript.Parse("send \"first\"\n\n" + line, "keys.txt");
        parse.Should().Throw<TerminalException>().Which.Message.Should().StartWith("keys.txt, line 3: ").And.Contain(message);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_step_that_fails_is_told_with_its_line()
    {
        TerminalScript script = TerminalScript.Parse("size 5 20\nwait \"x\" 0.05", "keys.txt");
        await using Terminal terminal = script.OpenTerminal();
        terminal.Screen.Lines.Should().HaveCount(5);
        Func<Task> run = () => script.RunAsync(terminal, TestContext.Current.CancellationToken);
        await run.Should().ThrowAsync<TerminalException>().WithMessage("keys.txt, line 2: Waited 0.05 s for the text \"x\"*");
    }
}
