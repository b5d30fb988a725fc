{#- Report: the fourteen inputs, where each is read from and what it lacks. -#}
{% macro doctor_section_inputs(contract, mapped) %}
    {%- set lines = covey.doctor_heading('Inputs') -%}
    {%- set absent = [] -%}
    {%- for input, terms in contract.items() -%}
        {%- if input in mapped -%}
            {%- set entry = mapped[input] -%}
            {%- set text = modules.re.sub('[ \n]+', ' ', entry.text | replace('"', '')) -%}
            {%- set text = text if text | length <= 40 else text[:37] ~ '...' -%}
            {%- set state = {
                'ok': '%12s rows, %d of %d columns' | format(
                    '{:,}'.format(entry.get('rows', 0)), terms | length - entry.absent | length,
                        terms | length
                ),
                'unbuilt': '  not built yet: dbt builds it first',
                'missing': '  does not exist',
                'unreadable': '  cannot be read'
            }.get(entry.status, '  see Configuration') -%}
            {%- do lines.append(('  %-21s%-42s%s' | format(input, text, state)).rstrip()) -%}
            {%- if entry.status == 'ok' and entry.absent -%}
                {%- do lines.extend(covey.doctor_wrap(entry.absent | join(', '),
                    '      without ')) -%}
            {%- endif -%}
        {%- else -%}
            {%- do absent.append(input) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if absent -%}
        {%- do lines.extend(covey.doctor_wrap(absent | join(', '), '  not mapped: ')) -%}
    {%- endif -%}
    {{ return(lines) }}
{% endmacro %}
