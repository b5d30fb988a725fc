{#- `name: expression` as lines of YAML, quoted or folded where it has to be. -#}
{% macro doctor_yaml_entry(name, expression, indent='    ') %}
    {%- set text = expression.strip() -%}
    {%- if modules.re.fullmatch('[A-Za-z_][A-Za-z0-9_.]*', text)
        and text | lower not in ('true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n') -%}
        {{ return([indent ~ name ~ ': ' ~ text]) }}
    {%- elif text | length <= 72 and modules.re.match('[A-Za-z(]', text) and ': ' not in text
        and ' #' not in text -%}
        {{ return([indent ~ name ~ ': ' ~ text]) }}
    {%- elif text | length <= 72 -%}
        {{ return([indent ~ name ~ ': ' ~ ("'" ~ text ~ "'" if "'" not in text else '"'
            ~ text | replace('\\', '\\\\') | replace('"', '\\"') ~ '"')]) }}
    {%- endif -%}
    {%- set lines = [indent ~ name ~ ': >-'] -%}
    {%- for line in (text | replace('\n', ' ') | wordwrap(76,
        break_long_words=false)).split('\n') -%}
        {%- do lines.append(indent ~ '  ' ~ line.strip()) -%}
    {%- endfor -%}
    {{ return(lines) }}
{% endmacro %}
