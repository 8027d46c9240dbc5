using FluentAssertions;
using SelfHeal.Diagnosis;
using Xunit;

namespace SelfHeal.Tests.Diagnosis;

public sealed class ElfImageTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public void The_build_id_is_what_readelf_says()
    {
        string program = Compiler.Build(_directory, "prog", "int main(void) { return 0; }");
        ElfImage image = ElfImage.TryRead(program)!;

        image.BuildId.Should().HaveLength(40);
        Compiler.Output("readelf", "-n", program).Should().Contain(image.BuildId);
        image.HasInterpreter.Should().BeTrue();
        image.Machine.Should().Be(62);
    }

    [Fact(Timeout = Limit)]
    public void A_static_program_has_no_interpreter() => ElfImage
        .TryRead(Compiler.Build(_directory, "prog", "int main(void) { return 0; }", "-static"))!
        .HasInterpreter.Should().BeFalse();

    [Fact(Timeout = Limit)]
    public void Functions_of_a_stripped_program_are_told_apart()
    {
        string program = Compiler.Build(
            _directory, "prog", "int f(int x) { return x * 3; }\nint g(int x) { return x * 5; }\nint main(int c, char **v) { return f(c) + g(c); }", "-O0");
        ulong[] functions = [.. Compiler.Output("nm", program).Split('\n').Select(line => line.Split(' '))
            .Where(words => words.Length == 3 && words[2] is "f" or "g" or "main").Select(words => Convert.ToUInt64(words[0], 16))];
        Compiler.Output("strip", program);
        ElfImage image = ElfImage.TryRead(program)!;

        functions.Should().HaveCount(3);
        foreach (ulong start in functions)
        {
            image.FunctionStart(start).Should().Be(start);
            image.FunctionStart(start + 5).Should().Be(start);
        }
    }

    [Fact(Timeout = Limit)]
    public void What_is_no_ELF_file_is_null()
    {
        ElfImage.TryRead(_directory.Write("text", new string('x', 500))).Should().BeNull();
        ElfImage.TryRead(_directory.At("none")).Should().BeNull();
        ElfImage.TryRead(_directory.Path).Should().BeNull();
    }

    /// <summary>3,000 damaged files, seed fixed: each is read or is no ELF file.</summary>
    [Fact(Timeout = Limit)]
    public void A_damaged_file_never_crashes_the_reader()
    {
        byte[] good = File.ReadAllBytes(Compiler.Build(_directory, "prog", "int main(void) { return 0; }"));
        var random = new Random(3);
        for (int round = 0; round < 3_000; round++)
        {
            byte[] damaged = good[..random.Next(64, good.Length)];
            for (int i = 0; i < 20; i++)
            {
                damaged[random.Next(Math.Min(1024, damaged.Length))] = (byte)random.Next(256);
            }

            try
            {
                ElfImage.Parse(damaged, "prog").FunctionStart(0x1000);
            }
            catch (InvalidDataException)
            {
                // said what it is
            }
        }
    }
}
