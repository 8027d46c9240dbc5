using System.Diagnostics;
using SelfHeal.Requests;

namespace SelfHeal.Tests.Requests;

/// <summary>Small C programs with the bugs of real servers; each reads one request from its standard input.</summary>
public static class BuggyPrograms
{
    private const string Start = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <strings.h>
        #include <ctype.h>
        #include <sys/mman.h>
        static char in[1 << 20];
        static struct { char text[64]; char guard[1 << 20]; } room;
        static void check(void) { for (int i = 0; i < 64; i++) if (room.guard[i]) abort(); }
        int main(void) {
            size_t size = fread(in, 1, sizeof in - 1, stdin);
            in[size] = 0;

        """;

    /// <summary>strcpy of the field X-Name, in any case, into 64 bytes.</summary>
    public const string Header = Start + """
            for (char *line = strtok(in, "\r\n"); line; line = strtok(NULL, "\r\n"))
                if (strncasecmp(line, "x-name:", 7) == 0) {
                    char *value = line + 7;
                    while (*value == ' ' || *value == '\t') value++;
                    strcpy(room.text, value);
                    check();
                }
            return 0;
        }
        """;

    /// <summary>The number behind "id=" is an index of 4,096 bytes.</summary>
    public const string Index = Start + """
            char *table = mmap(NULL, 1ul << 40, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            mprotect(table, 4096, PROT_READ | PROT_WRITE);
            for (char *at = in; (at = strstr(at, "id=")); at += 3)
                if (isdigit(at[3])) { unsigned long n = strtoul(at + 3, NULL, 10); table[n > 1ul << 39 ? 1ul << 39 : n] = 1; }
            return 0;
        }
        """;

    /// <summary>Quotes and backslashes of the From line are doubled into 64 bytes.</summary>
    public const string Quotes = Start + """
            for (char *line = strtok(in, "\r\n"); line; line = strtok(NULL, "\r\n"))
                if (strncmp(line, "From:", 5) == 0) {
                    char *to = room.text;
                    int doubled = 0;
                    for (char *c = line + 5; *c; c++)
                        if (*c == '"' || *c == '\\') { if (doubled < 500000) { *to++ = '\\'; *to++ = *c; doubled++; } }
                    check();
                }
            return 0;
        }
        """;

    /// <summary>Each open parenthesis takes a place of 64.</summary>
    public const string Parentheses = Start + """
            int depth = 0;
            for (char *c = in; *c; c++)
                if (*c == '(') { room.text[depth++] = 1; check(); }
                else if (*c == ')' && depth) depth--;
                else if (*c == '\n') depth = 0;
            return 0;
        }
        """;

    /// <summary>Encoded words of a Subject, of either encoding, are decoded into 64 bytes.</summary>
    public const string EncodedWords = Start + """
            for (char *line = strtok(in, "\r\n"); line; line = strtok(NULL, "\r\n")) {
                if (strncasecmp(line, "Subject:", 8)) continue;
                char *word = strstr(line, "=?"), *kind = word ? strchr(word + 2, '?') : NULL;
                if (!kind || !kind[1] || kind[2] != '?' || !strstr(kind + 3, "?=")) continue;
                int n = 0, bits = 0, digit;
                const char *set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", *found;
                for (char *c = kind + 3; *c != '?' && n < 500000; c++) {
                    if (toupper(kind[1]) == 'Q') {
                        if (*c == '=' && isxdigit(c[1]) && isxdigit(c[2])) c += 2;
                        room.text[n++] = 1;
                    } else if (toupper(kind[1]) == 'B' && *c != '=' && (found = strchr(set, *c))) {
                        digit = found - set; (void)digit;
                        bits += 6;
                        if (bits >= 8) { bits -= 8; room.text[n++] = 1; }
                    }
                }
                check();
            }
            return 0;
        }
        """;

    /// <summary>An oracle that runs the program: it fails if a signal ends it.</summary>
    public static FailureOracle Oracle(TemporaryDirectory directory, string source)
    {
        string program = Compiler.Build(directory, "buggy", source, "-O1", "-w", "-U_FORTIFY_SOURCE", "-fno-builtin");
        return new FailureOracle((input, cancellationToken) => FailsAsync(program, input, cancellationToken));
    }

    private static async Task<bool> FailsAsync(string program, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        using Process process = Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true, UseShellExecute = false })!;
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it did not read all
        }

        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode > 128;
    }
}
