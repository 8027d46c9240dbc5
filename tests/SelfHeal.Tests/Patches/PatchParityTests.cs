using System.Text;
using FluentAssertions;
using SelfHeal.Patches;
using SelfHeal.Requests;
using SelfHeal.Tests.Requests;
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
        #include <string.h>
        static struct patch_text p;
        static struct pattern_progress progress;
        static void bytes(const unsigned char *at, unsigned size) { for (unsigned i = 0; i < size; i++) printf("%02x", at[i]); }
        static void drop(const struct patch_drop *d) {
            static const char *requests[] = {"a1 NOOP\r\n", "", "aaaaaaaaaaaaaaaa", "b 77 x\n", "\001\0\0\007x"};
            static const unsigned sizes[] = {9, 0, 16, 7, 5};
            static unsigned char answer[PATCH_ANSWER_MAX];
            static const char *kinds[] = {"raw", "line", "delimiter", "length", "mysql", "mbox", "imap", "http", "resp"};
            printf("%s ", kinds[d->framing.kind]);
            if (d->framing.kind == FRAMING_DELIMITER) bytes(d->framing.delimiter, d->framing.size);
            if (d->framing.kind == FRAMING_LENGTH) printf("%u %u %d %d", d->framing.offset, d->framing.size, d->framing.big, d->framing.extra);
            printf(" %u patterns", d->pattern_count);
            for (unsigned r = 0; r < 5; r++) {
                printf(" ");
                for (unsigned i = 0; i < d->pattern_count; i++)
                    printf("%d", pattern_matches(&p.patterns[d->first_pattern + i], (unsigned char *)requests[r], sizes[r], &progress));
                bytes(answer, patch_answer_write(&d->answer, (unsigned char *)requests[r], sizes[r], answer));
            }
            printf(" day %u%s\n", d->last_day, d->expired ? " expired" : "");
        }
        static char text[1 << 20];
        int main(int argc, char **argv) {
            FILE *in = fopen(argv[argc - 1], "rb");
            unsigned size;
            while (fread(&size, 4, 1, in) == 1) {
                struct patch_error error;
                if (size > sizeof text || fread(text, 1, size, in) != size) return 1;
                if (!patch_parse(text, size, 20000, &p, &error)) { printf("refused\n%c", 0); continue; }
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
                    if (!e->frame_count) printf("<anywhere");
                    if (e->action == PATCH_DROP) { printf("> : Drop Request "); drop(&p.drops[e->amount]); continue; }
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
        <libc.so.6+0x10 bc+0x20> : Drop Request imap
        pattern "a" * [a-z]{10,} number{>=77}
        pattern length{>=7} "A1"i (" " .{1,4}){1,3}
        answer {tag} " NO dropped\r\n" {seq+1}
        expires 2024-10-04
        # measured: 1 of 2 replays
        <anywhere> : Drop Request imap
        pattern .{16}

        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public void Both_parsers_accept_and_refuse_the_same_edges() => Compare(
    [
        Good, "", "\n\n", "#\n", "selfheal-patch 1", "selfheal-patch 01", "selfheal-patch 1 ", " selfheal-patch 1", "selfheal-patch 2",
        .. Entries([
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
            "#" + new string('x', 2047), "#" + new string('x', 2048), "#" + new string('x', 2047) + "\r\n", "# a\0b", "hello", "<anywhere> : Hold Schedule 1", "<anywhere> : Drop Request line", "pattern *", "<bc+0x1> : Hold Schedule 1\npattern *",
            .. new[]
            {
                "<anywhere> : Drop Request line\npattern *", "<anywhere> : Drop Request lines\npattern *", "<anywhere bc+0x1> : Drop Request line\npattern *",
                "<bc+0x1> : Drop Request delimiter \"\\r\\n\"\npattern \"a\"\nmodule d 00112233\npattern \"b\"\n", "<bc+0x1> : Drop Request line \npattern *",
                "<bc+0x1> : Drop Request length 65535 8 big -65536\npattern *", "<bc+0x1> : Drop Request length 65536 8 big 0\npattern *",
                "<bc+0x1> : Drop Request line\npattern *\n<bc+0x1 bc+0x2> : Drop Request line\npattern *", "<bc+0x1> : Drop Request line\npattern *\n<anywhere> : Drop Request raw\npattern *",
                "<bc+0x1> : Drop Request line\npattern *\n<bc+0x2> : Drop Request raw\npattern *", "<bc+0x1> : Drop Request line\n<bc+0x2> : Drop Request raw\npattern *",
                "<bc+0x1> : Drop Request line\nanswer \"a\"\nanswer \"b\"\npattern *", "<bc+0x1> : Drop Request line\nexpires 2027-01-31\nexpires 2027-01-31\npattern *",
                "<bc+0x1> : Drop Request line\npattern ", "<bc+0x1> : Drop Request line\npattern", "<bc+0x1> : Drop Request line\npattern \"" + new string('x', 2048) + "\"",
                "<bc+0x1> : Drop Request line\npattern \"" + new string('x', 2049) + "\"", "<bc+0x1> : Drop Request line\npattern " + string.Concat(Enumerable.Repeat("\"" + new string('x', 60) + "\" ", 63)) + "*",
                Lines(64, "<bc+0x{0:x}> : Drop Request line\npattern *\n"), Lines(65, "<bc+0x{0:x}> : Drop Request line\npattern *\n"),
                "<bc+0x1> : Drop Request line\n" + Lines(64, "pattern \"{0}\"\n"), "<bc+0x1> : Drop Request line\n" + Lines(65, "pattern \"{0}\"\n"),
            },
            .. new[] { "2027-01-31", "2024-02-29", "2023-02-29", "2024-10-04", "2024-10-03", "1970-01-01", "1970-01-02", "2027-1-31", "2027-13-01", "2027-00-10", "2027-04-31", "9999-12-31", "2000-02-29", "2100-02-29", "02027-01-01", "2027-01-31 " }
                .Select(day => "<bc+0x1> : Drop Request line\npattern *\nexpires " + day),
            .. new[] { "\"a\"", "{tag}", "{seq+1} {seq+1}", "{seq}", "\"\"", "\"a\"  \"b\"", "", string.Concat(Enumerable.Repeat("{tag} ", 15)) + "\"x\"", string.Concat(Enumerable.Repeat("{tag} ", 16)) + "\"x\"",
                    "\"" + new string('x', 1024) + "\"", "\"" + new string('x', 1025) + "\"", "\"" + string.Concat(Enumerable.Repeat("\\xff", 1000)) + "\"" }
                .Select(answer => "<bc+0x1> : Drop Request line\npattern *\nanswer " + answer),
            Lines(256, "<bc+0x{0:x}> : Hold Schedule 1\n"), Lines(257, "<bc+0x{0:x}> : Hold Schedule 1\n"),
            Lines(255, "module m{0} 00112233\n"), Lines(256, "module m{0} 00112233\n"),
            "<" + string.Join(' ', Enumerable.Range(0, 16).Select(i => $"bc+0x{i:x}")) + "> : Hold Schedule 5",
            "<" + string.Join(' ', Enumerable.Range(0, 17).Select(i => $"bc+0x{i:x}")) + "> : Hold Schedule 5"]),
        '\uFEFF' + Good, Good.Replace("\n", "\r\n"), "\uFEFF\uFEFF" + Good,
    ]).Should().BeGreaterThan(20);

    /// <summary>20,000 damaged patches, seed fixed; more than 2,000 of them are good all the same.</summary>
    [Fact(Timeout = Limit)]
    public void Both_parsers_accept_and_refuse_the_same_damaged_patches()
    {
        var random = new Random(7);
        string alphabet = "<>+:# \nabcx0189module\0\t\r\uFEFFPadHold\"[]{}*\\-";
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
        string[] theirs = RecorderDriver.Run(
            _directory, Reader, inputs.Select(new UTF8Encoding(false).GetBytes),
            "patch_parse", "patch_parse_drop", "patch_answer", "pattern", "pattern_text", "framing_text", "quoted");
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
            patch = patch with { Entries = [.. patch.Entries.Select(entry => entry with { Comments = [] })] };
            PatchFile.Parse(PatchFile.Write(patch)).Equals(patch).Should().BeTrue("it is written as it is read: {0}", text);
            var understood = new StringBuilder(PatchFile.Write(new Patch(patch.Modules, [])));
            foreach (PatchEntry entry in patch.Entries)
            {
                understood.Append(entry is DropEntry drop ? $"<{drop.Key}> : Drop Request {Understood(drop)}" : entry.ToString()).Append('\n');
            }

            return understood.ToString();
        }
        catch (PatchRefusedException)
        {
            return "refused\n";
        }
    }

    private static string Understood(DropEntry drop)
    {
        Framing framing = drop.Framing;
        string more = framing.Kind == FramingKind.Delimiter ? Convert.ToHexStringLower(framing.DelimiterBytes.Span)
            : framing.Kind == FramingKind.Length ? $"{framing.Offset} {framing.Size} {(framing.BigEndian ? 1 : 0)} {framing.Extra}" : "";
        byte[][] requests = ["a1 NOOP\r\n"u8.ToArray(), [], "aaaaaaaaaaaaaaaa"u8.ToArray(), "b 77 x\n"u8.ToArray(), [1, 0, 0, 7, (byte)'x']];
        IEnumerable<string> results = requests.Select(request => string.Concat(drop.Patterns.Select(pattern => pattern.Matches(request) ? '1' : '0'))
            + Convert.ToHexStringLower(drop.Answer?.For(request) ?? []));
        int day = drop.LastDay is { } last ? last.DayNumber - new DateOnly(1970, 1, 1).DayNumber : 0;
        string expired = drop.IsInForce(new DateOnly(1970, 1, 1).AddDays(20_000)) ? "" : " expired";
        return $"{framing.Kind.ToString().ToLowerInvariant()} {more} {drop.Patterns.Count} patterns {string.Join(' ', results)} day {day}{expired}";
    }

    private static IEnumerable<string> Entries(params string[] lines) =>
        lines.Select(line => "selfheal-patch 1\nmodule bc 12345678\n" + line);

    private static string Lines(int count, string format) =>
        string.Concat(Enumerable.Range(0, count).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, i)));
}
