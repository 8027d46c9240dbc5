using FluentAssertions;
using SelfHeal.Diagnosis;
using SelfHeal.Log;
using Xunit;

namespace SelfHeal.Tests.Diagnosis;

public sealed class SymbolizerTests : IDisposable
{
    private const int Limit = 60_000;
    private const ulong Bias = 0x555555554000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public void An_address_becomes_function_and_line()
    {
        string program = Compiler.Build(
            _directory, "prog", "\n\nint f(int x) {\n  return x * 3;\n}\nint main(int c, char **v) { return f(c); }", "-O0", "-g");
        ulong f = Convert.ToUInt64(Compiler.Output("nm", program).Split('\n').Single(line => line.EndsWith(" T f")).Split(' ')[0], 16);
        var symbolizer = new Symbolizer([new ModuleInfo(program, "", Bias, Bias, Bias + 0x10000)]);

        IReadOnlyList<StackFrame> frames = symbolizer.Symbolize(new CallStack([Bias + f, Bias + f + 1, 0x42], false), firstIsPc: true);

        frames[0].ToString().Should().Be("f prog.c:3");
        frames[0].Offset.Should().Be(f);
        frames[1].Function.Should().Be("f");
        frames[2].ToString().Should().Be("0x42");
    }

    [Fact(Timeout = Limit)]
    public void Without_names_the_module_offset_stays()
    {
        string program = Compiler.Build(_directory, "prog", "int main(void) { return 0; }");
        Compiler.Output("strip", program);
        new Symbolizer([new ModuleInfo(program, "", Bias, Bias, Bias + 0x10000)])
            .Symbolize(new CallStack([Bias + 0x1130], false), firstIsPc: false)[0].ToString().Should().Be("prog+0x1130");
    }

    [Fact(Timeout = Limit)]
    public void A_module_that_is_gone_is_no_error() =>
        new Symbolizer([new ModuleInfo("/none/such", "", Bias, Bias, Bias + 0x10000)])
            .Symbolize(new CallStack([Bias + 0x10], false), firstIsPc: true)[0].ToString().Should().Be("such+0x10");

    [Fact(Timeout = Limit)]
    public void Inlined_functions_come_first()
    {
        var found = new Dictionary<ulong, IReadOnlyList<SourceLocation>>();
        Addr2Line.Parse("0x0000000000001234\ninner\n/src/a.c:10 (discriminator 2)\nouter\n/src/b.c:20\n0x2\n??\n??:0\n0x3\nstripped\n??:?\n", found);

        found[0x1234].Should().Equal(new SourceLocation("inner", "/src/a.c", 10), new SourceLocation("outer", "/src/b.c", 20));
        found[2].Should().BeEmpty();
        found[3].Should().Equal(new SourceLocation("stripped", null, 0));
    }
}
