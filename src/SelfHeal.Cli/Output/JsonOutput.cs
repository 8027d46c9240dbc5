using System.Text.Encodings.Web;
using System.Text.Json;

namespace SelfHeal.Cli.Output;

/// <summary>One JSON document on standard output, written as it is known: a log can be larger than memory.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(Action<Utf8JsonWriter> content)
    {
        using Stream stream = Console.OpenStandardOutput();
        using (Utf8JsonWriter json = new(stream, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            try
            {
                content(json);
            }
            finally
            {
                // A damaged log still leaves a document that can be parsed, with what was readable.
                while (json.CurrentDepth > 0)
                {
                    Close(json);
                }
            }
        }

        stream.Write("\n"u8);
    }

    public static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void Close(Utf8JsonWriter json)
    {
        try
        {
            json.WriteEndObject();
        }
        catch (InvalidOperationException)
        {
            json.WriteEndArray();
        }
    }
}
