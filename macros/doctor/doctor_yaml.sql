{#- The proposals as lines of YAML for the vars of dbt_project.yml. -#}
{% macro doctor_yaml(proposals, contract) %}
    {%- set lines = ['vars:'] -%}
    {%- set systems = proposals.values() | selectattr('source_system', 'defined')
        | map(attribute='source_system') | select | list -%}
    {%- if systems and ('orders' in proposals or 'customers' in proposals)
        and 'covey_default_source_system' not in covey.given_vars() -%}
        {%- set home = (proposals.get('orders')
            or proposals.get('customers')).get('source_system') -%}
        {%- if home -%}
            {%- do lines.append('  covey_default_source_system: ' ~ home) -%}
        {%- endif -%}
    {%- endif -%}
    {%- for input in contract if input in proposals -%}
        {%- set proposal = proposals[input] -%}
        {%- set part = proposal.parts[0] -%}
        {%- set labels = proposal.parts | map(attribute='table') | map(attribute='label')
            | join(', ') -%}
        {%- do lines.append('  # ' ~ input ~ ': ' ~ labels ~ (' (' ~ proposal.how ~ ')'
            if proposal.how else '')) -%}
        {%- for note in proposal.parts | map(attribute='note') | select | list -%}
            {%- for line in (note | wordwrap(82)).split('\n') -%}
                {%- do lines.append('  # ' ~ line) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if proposal.parts | length > 1 -%}
            {%- do lines.extend(covey.doctor_yaml_union(input, proposal.parts, contract[input])) -%}
        {%- else -%}
            {%- if part.relation -%}
                {%- do lines.append('  covey_' ~ input ~ '_relation: |') -%}
                {%- for line in part.relation.strip().split('\n') -%}
                    {%- do lines.append('    ' ~ line) -%}
                {%- endfor -%}
            {%- elif part.table.paste -%}
                {%- do lines.append('  covey_' ~ input ~ '_relation: ' ~ part.table.paste) -%}
            {%- endif -%}
            {%- set columns = [] -%}
            {%- set sure = part.columns.values() | selectattr('sure') | list -%}
            {%- for name in contract[input] if name in part.columns -%}
                {%- set column = part.columns[name] -%}
                {%- if column.sure -%}
                    {%- do columns.extend(covey.doctor_yaml_entry(name, column.expression)) -%}
                {%- elif column.score >= covey.doctor_bounds().doubtful -%}
                    {%- do columns.append('    # ' ~ name ~ ': ' ~ column.expression
                        ~ '   # a guess: look at it') -%}
                {%- endif -%}
            {%- endfor -%}
            {%- if sure -%}
                {%- do lines.append('  covey_' ~ input ~ '_columns:') -%}
            {%- endif -%}
            {%- do lines.extend(columns) -%}
        {%- endif -%}
        {%- if proposal.get('others') -%}
            {%- for line in ('also fits: ' ~ proposal.others | join(', ')
                | wordwrap(84)).split('\n') -%}
                {%- do lines.append('  # ' ~ line) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(lines) }}
{% endmacro %}
