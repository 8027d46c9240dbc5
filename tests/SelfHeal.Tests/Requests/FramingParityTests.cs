using System.Text;
using FluentAssertions;
using SelfHeal.Requests;
using Xunit;

namespace SelfHeal.Tests.Requests;

/// <summary>The recorder's framings (framing*.c) and ours, on the same streams.</summary>
public sealed class FramingParityTests : IDisposable
{
    private const int Limit = 240_000;

    /// <summary>Input: description, LF, stream. Feeds it byte by byte.</summary>
    private const string Driver = """
        #include "framing.h"
        #include <stdio.h>
        #include <string.h>
        static char text[1 << 20];
        int main(int argc, char **argv) {
            FILE *in = fopen(argv[argc - 1], "rb");
            unsigned size;
            while (fread(&size, 4, 1, in) == 1) {
                struct framing f; const char *why; struct framing_state s = {0};
                if (fread(text, 1, size, in) != size) return 1;
                char *end = memchr(text, '\n', size);
                if (!framing_parse(text, end - text, &f, &why)) { printf("refused%c", 0); continue; }
                const unsigned char *data = (unsigned char *)end + 1;
                size_t length = text + size - end - 1, start = 0, there = f.kind == FRAMING_RAW ? length : 0;
                while (start < length) {
                    unsigned long bytes;
                    enum framing_answer a = framing_cut(&f, &s, data + start, there - start, there == length, &bytes);
                    if (a == FRAMING_COMPLETE) { printf("%lu ", bytes); start += bytes; }
                    else if (a == FRAMING_MALFORMED) { printf("bad%lu", bytes); break; }
                    else { printf(bytes > 1 ? "+%lu " : "", bytes); there++; }
                }
                printf("%c", 0);
            }
            return 0;
        }
        """;

    private static readonly string[] Seeds =
    [
        "line\nab\ncd\r\n\nlast", "delimiter \"aab\"\nxaaabyaab\naab", "delimiter \"\\r\\n.\\r\\n\"\nmail\r\n.\r\n\r\r\n.\r\n..", "raw\nabc\n",
        "length 1 2 big 3\nX\u0001\u0002yyyy", "length 0 1 little 1\n\u0003abc\u0001z\u0002yy", "length 0 8 big -8\n\0\0\0\0\0\0\0\u0010abcdefgh",
        "length 0 3 little 4\n\u0003\0\0\u0001sel\u0001\0\0\u0001z\u0002", "mysql\n\u0003\0\0\u0001sel\u0001\0\0\u0001z\u0002",
        "mbox\nFrom a@b Mon\nTo: x\n\nbody\n\nFrom c@d\n\n>From x\nFrom y\r\n\r\nFrom z\n",
        "imap\na1 LOGIN {3}\r\nabc {2+}\r\nde\r\n* 1 FETCH (BODY ~{4}\r\n{9}\n x {1}y)\r\nb {99999999999999999999}\r\n",
        "http\nGET / HTTP/1.1\r\nHost: a\r\n\r\nPOST /x HTTP/1.1\r\ncontent-LENGTH: 5 \r\nContent-Length:5\r\n\r\nhelloPUT / HTTP/1.1\r\n"
            + "Transfer-Encoding: gzip, chunked\r\n\r\n5;x=y\r\nhello\r\nA \r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n\nGET /\n\n",
        "resp\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\nvv\r\nPING\r\n%1\r\n+a\r\n*2\r\n:1\r\n$-1\r\n|1\r\n+x\r\n,1.5\r\n#t\r\n*0\r\n*-1\r\n_\r\n",
    ];

    private static readonly string[] Pieces =
    [
        "\n", "\r\n", "\r\n\r\n", "From ", "\n\nFrom ", "{3}\r\n", "{1+}\r\n", "}", "0\r\n", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n",
        ",", "chunked", "*2\r\n", "$3\r\n", "-1\r\n", "aab", "\0", "\u00ff\u00ff\u00ff", "9999999999999", " ", ":", "\"", "-", "\u212a", "\u00cb",
    ];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>20,000 damaged streams, fed byte by byte, seed fixed.</summary>
    [Fact(Timeout = Limit)]
    public void Both_sides_cut_the_same_streams_alike()
    {
        var random = new Random(11);
        List<byte[]> inputs = [.. Seeds.Select(Encoding.Latin1.GetBytes)];
        for (int round = 0; round < 20_000; round++)
        {
            List<byte> text = [.. inputs[random.Next(Seeds.Length)]];
            for (int i = random.Next(5); i > 0 && text.Count > 0; i--)
            {
                int at = random.Next(text.Count), count = Math.Min(random.Next(12), text.Count - at);
                switch (random.Next(4))
                {
                    case 0: text.RemoveRange(at, count); break;
                    case 1: text[at] = (byte)random.Next(256); break;
                    case 2: text.InsertRange(at, text.GetRange(at, count)); break;
                    default: text.InsertRange(at, Encoding.Latin1.GetBytes(Pieces[random.Next(Pieces.Length)])); break;
                }
            }

            inputs.Add(text.Contains((byte)'\n') ? [.. text] : [.. text, (byte)'\n']);
        }

        string[] theirs = RecorderDriver.Run(
            _directory, Driver, inputs, "framing", "framing_text", "framing_mail", "framing_http", "framing_resp", "quoted");
        for (int i = 0; i < inputs.Count; i++)
        {
            Ours(inputs[i]).Should().Be(theirs[i], "input {0} is {1}", i, Encoding.Latin1.GetString(inputs[i]));
        }

        theirs.Count(answer => answer != "refused").Should().BeGreaterThan(10_000);
        theirs.Count(answer => answer.Contains("bad", StringComparison.Ordinal)).Should().BeInRange(1_000, 15_000);
    }

    private static string Ours(byte[] input)
    {
        int end = Array.IndexOf(input, (byte)'\n');
        Framing framing;
        try
        {
            framing = Framing.Parse(Encoding.Latin1.GetString(input, 0, end));
        }
        catch (FormatException)
        {
            return "refused";
        }

        ReadOnlySpan<byte> stream = input.AsSpan(end + 1);
        IRequestCutter cutter = framing.Begin();
        var answers = new StringBuilder();
        int start = 0, there = framing.Kind == FramingKind.Raw ? stream.Length : 0;
        while (start < stream.Length)
        {
            RequestCut cut = cutter.Next(stream[start..there], there == stream.Length);
            if (cut.Kind == RequestCutKind.Malformed)
            {
                return answers.Append("bad").Append(cut.Bytes).ToString();
            }

            start += cut.Kind == RequestCutKind.Complete ? (int)cut.Bytes : 0;
            there += cut.Kind == RequestCutKind.More ? 1 : 0;
            answers.Append(cut.Kind == RequestCutKind.Complete ? $"{cut.Bytes} " : cut.Bytes > 1 ? $"+{cut.Bytes} " : "");
        }

        return answers.ToString();
    }
}
