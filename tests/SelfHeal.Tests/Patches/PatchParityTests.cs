using System.Text;
using FluentAssertions;
using SelfHeal.Patches;
using Xunit;

namespace SelfHeal.Tests.Patches;

/// <summary>The recorder's parser (patch_parse.c) and ours, on the same inputs.</summary>
public sealed class PatchParityTests : IDisposable
{
    private const int Limit = 120_000;

    /// <summary>Reads inputs (length in four bytes, text) and writes each accepted one as it was understood.</summary>
    private const string Reader = """
        #include "patch_parse.h"
        #include <stdio.h>
        static struct patch_text p;
        static char text[1 << 20];
        int main(int argc, char **argv) {
            FILE *in = fopen(argv[argc - 1], "rb");
            unsigned size;
            while (fread(&size, 4, 1, in) == 1) {
                struct patch_error error;
                if (size > sizeof text || fread(text, 1, size, in) != size) return 1;
                if (!patch_parse(text, size, &p, &error)) { printf("refused\n%c", 0); continue; }
                printf("selfheal-patch 1\n");
                for (unsigned i = 0; i < p.module_count; i++) {
                    printf("module %s ", p.modules[i].name);
                    for (unsigned b = 0; b < p.modules[i].build_id_size; b++) printf("%02x", p.modules[i].build_id[b]);
                    printf("\n");
                }
                for (unsigned i = 0; i < p.entry_count; i++) {
                    const struct patch_entry *e = &p.entries[i];
                    for (unsigned f = 0; f < e->frame_count; f++)
                        printf("%c%s+0x%lx", f ? ' ' : '<', p.modules[e->frames[f].module].name, e->frames[f].offset);
                    printf("> : %s %u\n", e->action == PATCH_PAD ? "Pad Allocation" : e->action == PATCH_HOLD ? "Hold Schedule" : "?", e->amount);
                }
                printf("%c", 0);
            }
            return 0;
        }
        """;

    private const string Good = """
        selfheal-patch 1
        module bc 7c1f0d0ab5a1f1a59a7fd0d7e0f36e1c4e1c2f40
        # before the entries
        <bc+0xa1c4 bc+0x8b0e> : Pad Allocation 512
        # bc_malloc util.c:577 < more_arrays storage.c:173
        module libc.so.6 00112233
        <libc.so.6+0xa1c4 bc+0x8b0e> : Hold Schedule 7
        <bc+0xa1c4 bc+0x8b0e> : Hold Schedule 1000000

        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public void Both_parsers_accept_and_refuse_the_same_edges() => Compare(
    [
        Good, "", "\n\n", "#\n", "selfheal-patch 1", "selfheal-patch 01", "selfheal-patch 1 ", " selfheal-patch 1", "selfheal-patch 2",
        .. Entries(
            "<bc+0x1> : Hold Schedule 1", "<bc+0x1> : Hold Schedule 0", "<bc+0x1> : Hold Schedule 1000000", "<bc+0x1> : Hold Schedule 1000001",
            "<bc+0x1> : Hold Schedule 0000001", "<bc+0x1> : Hold Schedule 00000001", "<bc+0x1> : Hold Schedule", "<bc+0x1> : Hold Schedule ",
            "<bc+0x1> : Hold Schedule -1", "<bc+0x1> : Hold Schedule 1 2", "<bc+0x1> : Hold Schedule 1 ", "<bc+0x1> : Hold  Schedule 1",
            "<bc+0x1> : hold Schedule 1", "<bc+0x1> : Hold Allocation 1", "<bc+0x1> :Hold Schedule 1", "<bc+0x1>: Hold Schedule 1", "<bc+0x1>",
            "<bc+0x1> : Pad Allocation 0", "<bc+0x1> : Pad Allocation 1073741824", "<bc+0x1> : Pad Allocation 1073741825",
            "<bc+0x1> : Pad Allocation 0000000001", "<bc+0x1> : Pad Allocation 00000000001", "<bc+0x1> : Pad Allocation 99999999999999999999",
            "<bc+0x1> : Hold Schedule 1\n<bc+0x1> : Hold Schedule 2", "<bc+0x1> : Hold Schedule 1\n<bc+0x1> : Pad Allocation 2",
            "<bc+0x1 bc+0x2> : Hold Schedule 1\n<bc+0x1> : Hold Schedule 2", "<bc+0x1> : Hold Schedule 1\n<bc+0x1 bc+0x2> : Hold Schedule 2",
            "<bc+0x1 bc+0x2> : Hold Schedule 1\n<bc+0x1> : Pad Allocation 2", "<bc+0x1 bc+0x2> : Hold Schedule 1\n<bc+0x1 bc+0x3> : Hold Schedule 2",
            "<bc+0x1>\t: Pad Allocation 1", " <bc+0x1> : Pad Allocation 1", "<bc+0x1>  : Pad Allocation 1", "<bc+0x1  bc+0x2> : Pad Allocation 1",
            "< bc+0x1> : Pad Allocation 1", "<bc+0x1 > : Pad Allocation 1", "<bc+0x1\tbc+0x2> : Pad Allocation 1", "<> : Pad Allocation 1",
            "<bc+0xffffffffffffffff> : Pad Allocation 1", "<bc+0x0ffffffffffffffff> : Pad Allocation 1", "<bc+0xA> : Pad Allocation 1",
            "<bc+0x1+0x2> : Pad Allocation 1", "<bc+bc+0x2> : Pad Allocation 1", "<other+0x1> : Pad Allocation 1", "<+0x1> : Pad Allocation 1",
            "<bc+0x1> : Pad Allocation 1\r", "<bc+0x1> : Pad Allocation 1\r\n", "\r\n", "\r", " # comment", "\t", "module  dc 00112233", "module dc 00112233 ",
            "module dc 0011223", "module dc 001122334", "module bc 00112233", "module d/c 00112233", "module dc 001122FF", "module",
            $"module {new string('n', 255)} 00112233", $"module {new string('n', 256)} 00112233",
            "#" + new string('x', 2047), "#" + new string('x', 2048), "#" + new string('x', 2047) + "\r\n", "# a\0b", "hello",
            Lines(256, "<bc+0x{0:x}> : Hold Schedule 1\n"), Lines(257, "<bc+0x{0:x}> : Hold Schedule 1\n"),
            Lines(255, "module m{0} 00112233\n"), Lines(256, "module m{0} 00112233\n"),
            "<" + string.Join(' ', Enumerable.Range(0, 16).Select(i => $"bc+0x{i:x}")) + "> : Hold Schedule 5",
            "<" + string.Join(' ', Enumerable.Range(0, 17).Select(i => $"bc+0x{i:x}")) + "> : Hold Schedule 5"),
        '\uFEFF' + Good, Good.Replace("\n", "\r\n"), "\uFEFF\uFEFF" + Good,
    ]).Should().BeGreaterThan(20);

    /// <summary>20,000 damaged patches, seed fixed; more than 2,000 of them are good all the same.</summary>
    [Fact(Timeout = Limit)]
    public void Both_parsers_accept_and_refuse_the_same_damaged_patches()
    {
        var random = new Random(7);
        string alphabet = "<>+:# \nabcx0189module\0\t\r\uFEFFPadHold";
        var inputs = new List<string>();
        for (int round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder(Good);
            for (int i = random.Next(1, 3); i > 0; i--)
            {
                int at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, Math.Min(random.Next(8), text.Length - at)),
                    1 => text.Insert(at, alphabet[random.Next(alphabet.Length)]),
                    _ => text.Insert(at, Good[random.Next(Good.Length)..]),
                };
            }

            inputs.Add(text.ToString());
        }

        Compare(inputs).Should().BeGreaterThan(2_000);
    }

    /// <returns>How many were accepted.</returns>
    private int Compare(List<string> inputs)
    {
        string recorder = Path.Combine(Compiler.Repository, "src", "Recorder");
        string reader = Compiler.Build(_directory, "reader", Reader, "-O1", "-I" + recorder, Path.Combine(recorder, "patch_parse.c"));
        using (var writer = new BinaryWriter(File.Create(_directory.At("inputs"))))
        {
            foreach (byte[] bytes in inputs.Select(new UTF8Encoding(false).GetBytes))
            {
                writer.Write(bytes.Length);
                writer.Write(bytes);
            }
        }

        string[] theirs = Compiler.Output(reader, _directory.At("inputs")).Split('\0');
        theirs.Should().HaveCount(inputs.Count + 1);
        for (int i = 0; i < inputs.Count; i++)
        {
            Understood(inputs[i]).Should().Be(theirs[i], "input {0} is {1}", i, inputs[i]);
        }

        return theirs.Count(text => text.StartsWith("selfheal-patch", StringComparison.Ordinal));
    }

    private static string Understood(string text)
    {
        try
        {
            Patch patch = PatchFile.Parse(text);
            return PatchFile.Write(patch with { Entries = [.. patch.Entries.Select(entry => entry with { Comments = [] })] });
        }
        catch (PatchRefusedException)
        {
            return "refused\n";
        }
    }

    private static IEnumerable<string> Entries(params string[] lines) =>
        lines.Select(line => "selfheal-patch 1\nmodule bc 12345678\n" + line);

    private static string Lines(int count, string format) =>
        string.Concat(Enumerable.Range(0, count).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, i)));
}
