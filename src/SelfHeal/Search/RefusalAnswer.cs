using System.Text;
using SelfHeal.Patches;
using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>What a server of a known protocol says to a request that it refuses.</summary>
internal static class RefusalAnswer
{
    private const string Text = "request refused by the environment patch";
    private const byte Quit = 0x01, SendLongData = 0x18, CloseStatement = 0x19; // commands of MySQL that are not answered

    /// <summary>Null: the protocol is not known, the request is not answered, or the peer is no client.</summary>
    public static DropAnswer? To(RecordedRequest request) => !request.Connection.IsAccepted ? null : request.Framing.Kind switch
    {
        FramingKind.Mysql => Mysql(request.Bytes.Span),
        FramingKind.Resp => DropAnswer.Parse($"\"-ERR {Text}\\r\\n\""),
        FramingKind.Http => DropAnswer.Parse(FormattableString.Invariant(
            $"\"HTTP/1.1 400 Bad Request\\r\\nContent-Type: text/plain\\r\\nContent-Length: {Text.Length}\\r\\nConnection: keep-alive\\r\\n\\r\\n{Text}\"")),
        FramingKind.Imap => DropAnswer.Parse($"{{tag}} \" NO {Text}\\r\\n\""),
        _ => null,
    };

    /// <summary>An ERR packet: 0xff, ER_UNKNOWN_ERROR (1105), its SQLSTATE, a text.</summary>
    private static DropAnswer? Mysql(ReadOnlySpan<byte> request)
    {
        if (request.Length < 5 || request[4] is Quit or SendLongData or CloseStatement)
        {
            return null;
        }

        byte[] payload = [0xff, 0x51, 0x04, .. Encoding.ASCII.GetBytes("#HY000" + Text)];
        return DropAnswer.Parse(
            $"{QuotedText.Write([(byte)payload.Length, 0, 0])} {{seq+1}} {QuotedText.Write(payload)}");
    }
}
